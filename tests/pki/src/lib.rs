//! Certificates of the test site: providers, mail servers, cards, and the bad ones.
