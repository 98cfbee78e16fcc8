"""What is printed for the person who films; no pixels; the library that writes QR codes is asked for late."""
