//! A way through DER (X.690): the elements of a sequence, one after the other.

use x509_cert::der::asn1::{AnyRef, ObjectIdentifier};
use x509_cert::der::{Decode, Reader, SliceReader, Tag, Tagged};

/// The elements of a constructed value, in their order.
pub(super) struct Elements<'a> {
    elements: Vec<AnyRef<'a>>,
    next: usize,
}

/// The elements of a DER sequence; `None` where it is none, or where something follows it.
pub(super) fn sequence(der: &[u8]) -> Option<Elements<'_>> {
    let any = AnyRef::from_der(der).ok()?;
    (any.tag() == Tag::Sequence).then(|| elements(any.value()))?
}

/// The elements that follow each other in `der`.
pub(super) fn elements(der: &[u8]) -> Option<Elements<'_>> {
    let mut reader = SliceReader::new(der).ok()?;
    let mut elements = Vec::new();
    while !reader.is_finished() {
        elements.push(AnyRef::decode(&mut reader).ok()?);
    }
    Some(Elements { elements, next: 0 })
}

impl<'a> Elements<'a> {
    /// The next element.
    pub(super) fn any(&mut self) -> Option<AnyRef<'a>> {
        let any = self.elements.get(self.next).copied();
        self.next += 1;
        any
    }

    /// The content of the next element, which must have this tag.
    pub(super) fn content(&mut self, tag: Tag) -> Option<&'a [u8]> {
        self.any().filter(|any| any.tag() == tag).map(AnyRef::value)
    }

    /// The next element as a sequence.
    pub(super) fn sequence(&mut self) -> Option<Self> {
        elements(self.content(Tag::Sequence)?)
    }

    /// The next element as an object identifier.
    pub(super) fn oid(&mut self) -> Option<ObjectIdentifier> {
        ObjectIdentifier::from_bytes(self.content(Tag::ObjectIdentifier)?).ok()
    }

    /// The bytes of the next element, a bit string of whole bytes.
    pub(super) fn bits(&mut self) -> Option<&'a [u8]> {
        self.content(Tag::BitString)?.strip_prefix(&[0])
    }

    /// The content of the element with this context-specific number, wherever it stands.
    pub(super) fn context(&self, number: u32) -> Option<&'a [u8]> {
        let found = self.elements.iter().find(|any| {
            matches!(any.tag(), Tag::ContextSpecific { number: n, .. } if n.value() == number)
        });
        found.map(|any| any.value())
    }
}
