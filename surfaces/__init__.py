"""What every surface shares, above the kernel and below the apps."""
