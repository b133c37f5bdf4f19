"""``python -m schouw`` is the command ``schouw``."""

from schouw.command import main

if __name__ == "__main__":
    main()
