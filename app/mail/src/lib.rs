//! One mailbox: folders, list, pages, news.
