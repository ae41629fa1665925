"""The words of released values, where pages look for them; files use the same."""

from sharing.wording import plain, title_of, when_of, words

__all__ = ["plain", "title_of", "when_of", "words"]
