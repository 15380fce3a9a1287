//! Writing BER-TLV, and the little reading a card does of what it is sent.

/// One TLV; a tag above 255 is written on two bytes.
pub fn tlv(tag: u16, value: &[u8]) -> Vec<u8> {
    let [high, low] = tag.to_be_bytes();
    let mut out = Vec::with_capacity(value.len() + 5);
    if high != 0 {
        out.push(high);
    }
    out.push(low);
    out.extend_from_slice(&length(value.len()));
    out.extend_from_slice(value);
    out
}

/// A length on its own, one to three bytes.
pub fn length(n: usize) -> Vec<u8> {
    let [.., high, low] = n.to_be_bytes();
    match n {
        0..=0x7F => vec![low],
        0x80..=0xFF => vec![0x81, low],
        _ => vec![0x82, high, low],
    }
}

/// A constructed TLV.
pub fn join(tag: u16, parts: &[Vec<u8>]) -> Vec<u8> {
    tlv(tag, &parts.concat())
}

/// SEQUENCE.
pub fn sequence(parts: &[Vec<u8>]) -> Vec<u8> {
    join(0x30, parts)
}

/// UTF8String.
pub fn utf8(text: &str) -> Vec<u8> {
    tlv(0x0C, text.as_bytes())
}

/// OCTET STRING.
pub fn octets(bytes: &[u8]) -> Vec<u8> {
    tlv(0x04, bytes)
}

/// BIT STRING; the first byte counts the unused bits.
pub fn bits(bytes: &[u8]) -> Vec<u8> {
    tlv(0x03, bytes)
}

/// INTEGER, not negative.
pub fn integer(n: u16) -> Vec<u8> {
    let [high, low] = n.to_be_bytes();
    match n {
        0..=0x7F => tlv(0x02, &[low]),
        0x80..=0x7FFF if high == 0 => tlv(0x02, &[0, low]),
        0x80..=0x7FFF => tlv(0x02, &[high, low]),
        _ => tlv(0x02, &[0, high, low]),
    }
}

/// Reads a list of one-byte-tag, one-byte-length objects; `None` if it does not end well.
pub fn read_list(mut data: &[u8]) -> Option<Vec<(u8, &[u8])>> {
    let mut list = Vec::new();
    while let [tag, len, rest @ ..] = data {
        let (value, rest) = rest.split_at_checked(usize::from(*len))?;
        list.push((*tag, value));
        data = rest;
    }
    data.is_empty().then_some(list)
}
