//! The file tree: absolute path to content, selection by path, reading.

use std::collections::BTreeMap;

use super::apdu::{Answer, Sw};
use super::tlv::{join, tlv};

/// Most bytes one READ BINARY gives (both known drivers ask for no more).
pub const READ_MAX: usize = 0xE7;
/// The master file.
pub const MF: [u8; 2] = [0x3F, 0x00];

/// A directory with its application name, or a file.
#[derive(Debug)]
pub enum Node {
    /// Dedicated file.
    Directory {
        /// Its application identifier, if it has one.
        aid: Option<Vec<u8>>,
    },
    /// Transparent elementary file.
    File(Vec<u8>),
}

/// The tree and where the card stands in it.
#[derive(Debug)]
pub struct Files {
    nodes: BTreeMap<Vec<u8>, Node>,
    sfi: BTreeMap<u8, Vec<u8>>,
    directory: Vec<u8>,
    file: Option<Vec<u8>>,
    /// Tag of the template SELECT answers with: 62 (FCP) or 6F (FCI).
    template: u16,
}

impl Files {
    /// An empty tree; only the master file exists.
    pub fn new(template: u16) -> Self {
        let nodes = BTreeMap::from([(MF.to_vec(), Node::Directory { aid: None })]);
        Self { nodes, sfi: BTreeMap::new(), directory: MF.to_vec(), file: None, template }
    }

    /// Adds a directory or file at an absolute path starting with 3F00.
    pub fn add(&mut self, path: &[u8], node: Node) {
        self.nodes.insert(path.to_vec(), node);
    }

    /// Gives a file its short identifier (1 to 30).
    pub fn name_short(&mut self, sfi: u8, path: &[u8]) {
        self.sfi.insert(sfi, path.to_vec());
    }

    /// Back to the master file.
    pub fn reset(&mut self) {
        self.directory = MF.to_vec();
        self.file = None;
    }

    /// The current directory's absolute path.
    pub fn directory(&self) -> &[u8] {
        &self.directory
    }

    /// Whether there is a node at this absolute path.
    pub fn has(&self, path: &[u8]) -> bool {
        self.nodes.contains_key(path)
    }

    /// The directory with this application identifier. The whole identifier must be given.
    pub fn by_aid(&self, wanted: &[u8]) -> Option<Vec<u8>> {
        self.nodes.iter().find_map(|(path, node)| match node {
            Node::Directory { aid: Some(aid) } if aid == wanted => Some(path.clone()),
            _ => None,
        })
    }

    /// Makes a node current; a failed selection changes nothing.
    pub fn select(&mut self, path: &[u8], describe: bool) -> Answer {
        let Some(node) = self.nodes.get(path) else {
            return Sw::NOT_FOUND.into();
        };
        let description = if describe { self.describe(path, node) } else { Vec::new() };
        match node {
            Node::Directory { .. } => {
                self.directory = path.to_vec();
                self.file = None;
            }
            Node::File(_) => {
                self.directory = path.get(..path.len().saturating_sub(2)).unwrap_or_default().to_vec();
                self.file = Some(path.to_vec());
            }
        }
        Answer::data(description)
    }

    /// Control parameters (ISO/IEC 7816-4 clause 7.4), with the access rules OpenSC insists on.
    fn describe(&self, path: &[u8], node: &Node) -> Vec<u8> {
        const RULES: [u8; 7] = [0x7B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x00];
        let id = path.get(path.len().saturating_sub(2)..).unwrap_or_default();
        let life = tlv(0x8A, &[0x05]);
        match node {
            Node::Directory { aid } => {
                let name = aid.as_ref().map(|aid| tlv(0x84, aid)).unwrap_or_default();
                join(self.template, &[tlv(0x82, &[0x38]), tlv(0x83, id), name, tlv(0xA1, &tlv(0x8C, &RULES)), life])
            }
            Node::File(content) => {
                let size = u16::try_from(content.len()).unwrap_or(u16::MAX).to_be_bytes();
                let sfi = self.sfi.iter().find(|(_, named)| *named == path).map_or(0, |(sfi, _)| sfi << 3);
                let rules = [tlv(0x8C, &RULES), tlv(0x9C, &RULES)].concat();
                join(
                    self.template,
                    &[tlv(0x80, &size), tlv(0x82, &[0x01]), tlv(0x83, id), tlv(0x88, &[sfi]), tlv(0xA1, &rules), life],
                )
            }
        }
    }

    /// READ BINARY (ISO/IEC 7816-4 clause 11.3.3). Asking for more than is left gives what there
    /// is and `62 82`; asking for more than a card hands over at once gives `6C xx`.
    pub fn read(&mut self, p1: u8, p2: u8, le: Option<usize>) -> Answer {
        let offset = if p1 & 0x80 == 0 {
            usize::from(p1) << 8 | usize::from(p2)
        } else {
            let Some(path) = self.sfi.get(&(p1 & 0x1F)) else {
                return Sw::NOT_FOUND.into();
            };
            self.file = Some(path.clone());
            usize::from(p2)
        };
        let Some(Node::File(content)) = self.file.as_ref().and_then(|path| self.nodes.get(path)) else {
            return Sw::NO_FILE.into();
        };
        let Some(rest) = content.get(offset..) else {
            return Sw::OFFSET.into();
        };
        let Some(le) = le else {
            return Sw::WRONG_LENGTH.into();
        };
        if le > READ_MAX {
            return Sw::again(rest.len().min(READ_MAX)).into();
        }
        match rest.get(..le) {
            Some(asked) => Answer::data(asked.to_vec()),
            None => Answer { data: rest.to_vec(), sw: Sw::SHORT_READ },
        }
    }
}
