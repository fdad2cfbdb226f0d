"""Third parties who carry out platform rules: bounded by mandate, trained, certified, named, measured, answerable."""
