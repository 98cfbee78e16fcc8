"""What is printed for the person who films; no pixels, only the standard library."""
