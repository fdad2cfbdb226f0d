"""What every app's pages, forms, lists and API share. Above the kernel, below the apps; knows no app."""
