//! Sorts a wasm's code by what its bytes are, which compresses a seventh better. static/unpack.js undoes it.
//!
//! Instructions, the numbers of locals and functions, addresses and constants take turns in code, and hardly help to
//! foretell each other. Each kind gets a stream of its own here, and constants of 32 bits one for each instruction that
//! can follow them: what is added, compared or passed on looks different. Two things are written otherwise:
//!
//! * Opcodes, so that the most frequent one is 0 and they do not look like text, for which compressors have another
//!   model. A constant's tells whether it is long: then it is mostly an address.
//! * A local is told by its place among the locals of its function, those used last first.
//!
//! What comes out is a wasm as well, so hosts treat it as one: it has one section, of the name `streams`, with
//!
//! * the length of the whole wasm, the length of its code section and the number of functions there,
//! * the lengths of the streams in the order of [`Stream`],
//! * the streams.
//!
//! All numbers are unsigned LEB128 (WebAssembly core specification 3.0, §5.2.2).

use anyhow::{Context, Result, ensure};

/// A module begins with this (§5.5.16).
const MAGIC: &[u8] = b"\0asm\x01\0\0\0";
const CUSTOM_SECTION: u8 = 0;
const CODE_SECTION: u8 = 10;
const NAME: &[u8] = b"streams";

/// What the bytes of a stream are. static/unpack.js has the same order.
#[derive(Clone, Copy, Debug)]
enum Stream {
    /// All sections before the code.
    Before,
    /// All sections behind it.
    Behind,
    /// The declarations of a function's locals.
    Locals,
    /// Instructions, without what follows them.
    Opcode,
    BlockType,
    Label,
    Function,
    /// Of locals that are read.
    LocalGet,
    /// Of those that are written.
    LocalSet,
    LoadOffset,
    StoreOffset,
    I64,
    /// What is rare.
    Other,
    /// The first of 256 streams, one for each code of the next instruction.
    Short,
    /// The same for constants of more than [`SHORT`] bytes.
    Long = Stream::Short as isize + 256,
}

const STREAMS: usize = Stream::Long as usize + 256;

const I32_CONST: u8 = 0x41;
/// Opcodes that wasm does not have, for short and long constants.
const I32_SHORT: u8 = 0xdf;
const I32_LONG: u8 = 0xde;
/// A longer constant is mostly an address, in bytes.
const SHORT: usize = 2;
/// The most frequent instruction.
const LOCAL_GET: u8 = 0x20;

/// What follows an instruction (§5.4).
enum Immediates {
    Numbers(Stream, u32),
    Bytes(usize),
    /// A number that says how many follow, and so many more.
    List {
        more: u32,
    },
    /// An alignment, which `wasm-opt --dealign` made 0, and an offset.
    Memory(Stream),
    /// A second opcode.
    Prefix,
}

/// The wasm with its code in streams.
pub(crate) fn sorted(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut reader = Reader { rest: wasm };
    ensure!(reader.take(MAGIC.len())? == MAGIC, "this is no wasm");
    let mut streams = [const { Vec::new() }; STREAMS];
    let mut numbers = Vec::new();
    let mut stream = Stream::Before;
    while !reader.rest.is_empty() {
        let section = reader.rest;
        let id = reader.byte()?;
        let length = reader.number()?;
        let content = reader.take(length as usize)?;
        if id == CODE_SECTION {
            let mut code = Reader { rest: content };
            let functions = code.number()?;
            for _ in 0..functions {
                let length = code.number()?;
                function(code.take(length as usize)?, &mut streams)?;
            }
            numbers = vec![wasm.len(), content.len(), functions as usize];
            stream = Stream::Behind;
        } else {
            let whole = &section[..section.len() - reader.rest.len()];
            streams[stream as usize].extend(whole);
        }
    }
    ensure!(!numbers.is_empty(), "the wasm has no code");
    numbers.extend(streams.iter().map(Vec::len));
    let numbers: Vec<u8> = numbers.into_iter().flat_map(leb128).collect();
    let name = [&leb128(NAME.len()), NAME].concat();
    let content = [name, numbers, streams.concat()].concat();
    Ok([MAGIC, &[CUSTOM_SECTION], &leb128(content.len()), &content].concat())
}

/// Sorts the body of one function (§5.5.13).
fn function(body: &[u8], streams: &mut [Vec<u8>; STREAMS]) -> Result<()> {
    let mut reader = Reader { rest: body };
    let declarations = reader.copied(|reader| {
        let groups = reader.number()?;
        reader.numbers(2 * groups)
    })?;
    streams[Stream::Locals as usize].extend(declarations);
    let mut locals = Vec::new();
    // A constant waits for the instruction behind it.
    let mut waiting = None;
    while !reader.rest.is_empty() {
        let opcode = reader.byte()?;
        let immediates = immediates(opcode);
        if let Some(Immediates::Memory(_)) = immediates {
            let alignment = reader.byte()?;
            ensure!(
                alignment == 0,
                "the wasm has alignments: --dealign is missing"
            );
        }
        let bytes = reader.copied(|reader| reader.immediates(immediates.as_ref()));
        let bytes = bytes.with_context(|| format!("instruction 0x{opcode:02x}"))?;
        let (opcode, stream) = match immediates {
            Some(Immediates::Numbers(Stream::Short, _)) if bytes.len() > SHORT => {
                (I32_LONG, Stream::Long)
            }
            Some(Immediates::Numbers(Stream::Short, _)) => (I32_SHORT, Stream::Short),
            Some(Immediates::Numbers(stream, _) | Immediates::Memory(stream)) => (opcode, stream),
            _ => (opcode, Stream::Other),
        };
        let code = opcode ^ LOCAL_GET;
        streams[Stream::Opcode as usize].push(code);
        if let Some((stream, constant)) = waiting.take() {
            streams[stream as usize + usize::from(code)].extend::<&[u8]>(constant);
        }
        match stream {
            Stream::Short | Stream::Long => waiting = Some((stream, bytes)),
            Stream::LocalGet | Stream::LocalSet => {
                let local = Reader { rest: bytes }.number()?;
                streams[stream as usize].extend(leb128(place(local, &mut locals)));
            }
            _ => streams[stream as usize].extend(bytes),
        }
    }
    ensure!(waiting.is_none(), "a function ends with a constant");
    Ok(())
}

/// The place of a local in a list that has all of them, at first in their order; it then moves to the second place,
/// from there to the first.
fn place(local: u32, locals: &mut Vec<u32>) -> usize {
    let new = locals.len() as u32..=local;
    locals.extend(new);
    let place = locals.iter().position(|known| *known == local);
    let place = place.unwrap_or_default();
    locals.remove(place);
    locals.insert(usize::from(place > 1), local);
    place
}

/// How many numbers follow the second opcode behind 0xfc: none after a conversion, then those of memories and tables.
const BEHIND_PREFIX: [u32; 18] = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1];

/// What follows an instruction; `None` where nothing does.
fn immediates(opcode: u8) -> Option<Immediates> {
    let one = |stream| Immediates::Numbers(stream, 1);
    Some(match opcode {
        0x02..=0x04 => one(Stream::BlockType),
        0x0c | 0x0d => one(Stream::Label),
        0x0e => Immediates::List { more: 1 },
        0x10 => one(Stream::Function),
        0x11 => Immediates::Numbers(Stream::Other, 2),
        0x1c => Immediates::List { more: 0 },
        LOCAL_GET => one(Stream::LocalGet),
        0x21 | 0x22 => one(Stream::LocalSet),
        0x23..=0x26 | 0x3f | 0x40 | 0xd0 | 0xd2 => one(Stream::Other),
        0x28..=0x35 => Immediates::Memory(Stream::LoadOffset),
        0x36..=0x3e => Immediates::Memory(Stream::StoreOffset),
        I32_CONST => one(Stream::Short),
        0x42 => one(Stream::I64),
        0x43 => Immediates::Bytes(4),
        0x44 => Immediates::Bytes(8),
        0xfc => Immediates::Prefix,
        _ => return None,
    })
}

struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let split = self.rest.split_at_checked(count);
        let (taken, rest) = split.context("the wasm ends too early")?;
        self.rest = rest;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8> {
        Ok(self.take(1)?[0])
    }

    /// An unsigned number of up to 32 bits; of a longer or signed one, its lowest bits.
    fn number(&mut self) -> Result<u32> {
        let mut number = 0;
        for shift in (0..).step_by(7) {
            let byte = self.byte()?;
            number |= u32::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte < 0x80 {
                break;
            }
        }
        Ok(number)
    }

    fn numbers(&mut self, count: u32) -> Result<()> {
        (0..count).try_for_each(|_| self.number().map(drop))
    }

    fn immediates(&mut self, immediates: Option<&Immediates>) -> Result<()> {
        match *immediates.unwrap_or(&Immediates::Bytes(0)) {
            Immediates::Numbers(_, count) => self.numbers(count),
            Immediates::Memory(_) => self.numbers(1),
            Immediates::Bytes(count) => self.take(count).map(drop),
            Immediates::List { more } => {
                let count = self.number()?;
                self.numbers(count + more)
            }
            Immediates::Prefix => {
                let second = self.number()? as usize;
                let count = BEHIND_PREFIX.get(second);
                self.numbers(*count.with_context(|| format!("0xfc {second} is not known"))?)
            }
        }
    }

    /// The bytes that `read` reads.
    fn copied(&mut self, read: impl FnOnce(&mut Self) -> Result<()>) -> Result<&'a [u8]> {
        let before = self.rest;
        read(self)?;
        Ok(&before[..before.len() - self.rest.len()])
    }
}

fn leb128(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while number > 0x7f {
        bytes.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    bytes.push(number as u8);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A wasm with a section before the code, one function with this body, and a section behind it.
    fn wasm(body: &[u8]) -> Vec<u8> {
        let function = [&leb128(body.len()), body].concat();
        let code = [&[1][..], &function].concat();
        let section =
            |id: u8, content: &[u8]| [&[id], &leb128(content.len())[..], content].concat();
        [
            MAGIC,
            &section(1, b"before"),
            &section(10, &code),
            &section(11, b"behind"),
        ]
        .concat()
    }

    fn error(wasm: &[u8]) -> String {
        format!("{:#}", sorted(wasm).unwrap_err())
    }

    #[test]
    fn each_kind_of_byte_has_its_stream() {
        let body = [
            &[1, 2, 0x7f][..],                     // two locals of type i32
            &[0x02, 0x40, 0x20, 1, 0x0d, 0],       // block, local.get, br_if
            &[0x28, 0, 0x84, 1, 0x36, 0, 5, 0x0b], // i32.load, i32.store, end
            &[0x41, 0xff, 0, 0x42, 6, 0x10, 7],    // i32.const, i64.const, call
            &[0x41, 0x80, 0x80, 3, 0x6a],          // i32.const, i32.add
            &[0x0e, 1, 8, 9, 0x11, 2, 3],          // br_table, call_indirect
            &[0x44, 1, 2, 3, 4, 5, 6, 7, 8],       // f64.const
            &[0xfc, 10, 0, 0, 0xfc, 2, 0x0b],      // memory.copy, i32.trunc_sat_f64_s, end
        ];
        let opcodes = [
            0x02, 0x20, 0x0d, 0x28, 0x36, 0x0b, 0xdf, 0x42, 0x10, 0xde, 0x6a, 0x0e, 0x11, 0x44,
            0xfc, 0xfc, 0x0b,
        ]
        .map(|opcode| opcode ^ 0x20);
        let other = [1, 8, 9, 2, 3, 1, 2, 3, 4, 5, 6, 7, 8, 10, 0, 0, 2];
        let mut streams: [&[u8]; STREAMS] = [&[]; STREAMS];
        streams[..Stream::Short as usize].copy_from_slice(&[
            b"\x01\x06before",
            b"\x0b\x06behind",
            &[1, 2, 0x7f],
            &opcodes,
            &[0x40],
            &[0],
            &[7],
            &[1],
            &[],
            &[0x84, 1],
            &[5],
            &[6],
            &other,
        ]);
        // Before an i64.const and before an i32.add.
        streams[Stream::Short as usize + (0x42 ^ 0x20)] = &[0xff, 0];
        streams[Stream::Long as usize + (0x6a ^ 0x20)] = &[0x80, 0x80, 3];
        let wasm = wasm(&body.concat());
        let code = body.concat().len() + 2;
        let mut content = [&b"\x07streams"[..], &[wasm.len() as u8, code as u8, 1]].concat();
        content.extend(streams.iter().map(|stream| stream.len() as u8));
        content.extend(streams.concat());
        let expected = [MAGIC, &[0], &leb128(content.len()), &content].concat();
        assert_eq!(sorted(&wasm).unwrap(), expected);
    }

    #[test]
    fn a_local_is_told_by_its_place_among_those_used_last() {
        let mut locals = Vec::new();
        let told: Vec<_> = [3, 3, 3, 1, 1, 3, 0, 2]
            .map(|local| place(local, &mut locals))
            .into();
        assert_eq!(told, [3, 1, 0, 2, 1, 1, 2, 3]);
    }

    #[test]
    fn what_it_cannot_sort_is_refused() {
        assert_eq!(error(b"<!doctype html>"), "this is no wasm");
        assert_eq!(error(MAGIC), "the wasm has no code");
        assert_eq!(error(b"\0asm"), "the wasm ends too early");
        let aligned = wasm(&[0, 0x28, 2, 0, 0x0b]);
        assert_eq!(
            error(&aligned),
            "the wasm has alignments: --dealign is missing"
        );
        let threads = wasm(&[0, 0xfc, 18, 0x0b]);
        assert_eq!(error(&threads), "instruction 0xfc: 0xfc 18 is not known");
        let open = wasm(&[0, 0x41, 0]);
        assert_eq!(error(&open), "a function ends with a constant");
        let cut = wasm(&[0, 0x41, 0x80]);
        assert_eq!(error(&cut), "instruction 0x41: the wasm ends too early");
    }
}
