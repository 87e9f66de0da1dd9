//! Splits the program in two: the first part is what the page starts with, the late one what it can do without for a
//! moment. static/boot.js puts them together.
//!
//! Late is what the first part does not reach without a function of the rooms in [`LATE`] or one of the [`GATES`]. It
//! goes into a wasm of its own, which uses memory, tables, globals and functions of the first part. A late function that
//! the first part can reach all the same, because it calls it, exports it or has it in the table of functions, has a
//! door there in place of its code: the door asks `ready`, and calls what is in the function's slot of the table. While
//! the late part is missing, `ready` calls the script's `late`, which comes back when the part is there. So it never
//! matters when a function is called: one that stands on the wrong side costs time only.
//!
//! Of the data, files that are compiled in are late where no function of the first part holds an address in them.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::error::Error;
use std::fmt::{self, Display, Formatter};
use std::ops::Range;

use anyhow::{Context, Result, bail, ensure};
use wasm_encoder::reencode::{self, Reencode};
use wasm_encoder::{
    BlockType, CodeSection, ConstExpr, DataSection, ElementSection, Elements, EntityType,
    ExportKind, ExportSection, Function, FunctionSection, GlobalSection, ImportSection,
    Instruction, MemorySection, Module, NameSection, TableSection, TypeSection,
};
use wasmparser::{
    ConstExpr as ConstExpression, DataKind, Element, ElementItems, ElementKind, Export,
    ExternalKind, FuncType, FunctionBody, Global, Import, MemArg, MemoryType, Operator, Parser,
    Payload, TableType, TypeRef,
};

use crate::wasm_size::names_in;

/// Rooms whose functions are late unless the first part calls them.
const LATE: [&str; 7] = [
    "fedcred_app::credential",
    "fedcred_app::diagram",
    "fedcred_app::explain",
    "fedcred_app::simulate",
    "fedcred_core::entra",
    "fedcred_core::federation",
    "fedcred_core::flow",
];

/// What the first part calls, but only when it is asked for something: a key, a signature, a sample, another page. The
/// compiler must not put them into their callers: `#[inline(never)]`.
const GATES: [&str; 6] = [
    "<fedcred_core::jose::key::Material>::of_coordinates",
    "<fedcred_core::jose::key::Material>::of_ed25519",
    "<fedcred_core::jose::key::Material>::verifies",
    "fedcred_app::decode::intake::put_sample",
    "fedcred_app::explain::explain_page",
    "fedcred_core::jose::spki::rsa",
];

/// Functions of late rooms that the page starts with, through pointers.
const EARLY: [&str; 1] = ["fedcred_core::flow::sample::SAMPLES"];

/// A function of fewer bytes stays if it needs a door: that would not be smaller.
const SMALL: usize = 12;

/// The import by which the first part asks for the late one.
pub(crate) const IMPORT: &str = "late";

/// Both parts, and the names of their functions by number.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) first: Vec<u8>,
    pub(crate) late: Vec<u8>,
    pub(crate) first_names: Vec<String>,
    pub(crate) late_names: Vec<String>,
}

/// Splits a wasm that still has its functions' names. The files are those that late code may be alone to read.
pub(crate) fn split(wasm: &[u8], files: &[Vec<u8>]) -> Result<Parts> {
    let program = Program::read(wasm)?;
    let late = program.late()?;
    let data = program.late_data(&late, files);
    Plan::new(&program, &late)?.parts(&data)
}

/// Lets the first part call the script's `late`, with what the first part exports.
pub(crate) fn let_call(script: &mut String) -> Result<()> {
    let start = "const import0 = {\n";
    ensure!(
        script.matches(start).count() == 1,
        "wasm-bindgen's script has no list of imports where it is expected, see xtask/src/split.rs"
    );
    *script = script.replace(
        start,
        &format!("{start}{IMPORT}: () => globalThis.late(wasm),\n"),
    );
    Ok(())
}

/// What a wasm consists of, as far as compilers for the browser make use of it.
struct Program<'a> {
    types: Vec<FuncType>,
    imports: Vec<Import<'a>>,
    /// The type of each function, those of imports first.
    functions: Vec<u32>,
    bodies: Vec<Body<'a>>,
    tables: Vec<TableType>,
    memory: MemoryType,
    globals: Vec<Global<'a>>,
    exports: Vec<Export<'a>>,
    /// The table of functions.
    table: u32,
    /// What it holds at first, by slot.
    slots: BTreeMap<u32, u32>,
    /// By address.
    data: BTreeMap<u32, &'a [u8]>,
    names: BTreeMap<u32, String>,
}

struct Body<'a> {
    code: FunctionBody<'a>,
    calls: BTreeSet<u32>,
    /// Numbers that may be addresses.
    constants: BTreeSet<u32>,
}

impl<'a> Program<'a> {
    fn read(wasm: &'a [u8]) -> Result<Self> {
        let (mut types, mut imports, mut functions) = (Vec::new(), Vec::new(), Vec::new());
        let (mut bodies, mut tables, mut memories) = (Vec::new(), Vec::new(), Vec::new());
        let (mut globals, mut exports, mut elements) = (Vec::new(), Vec::new(), Vec::new());
        let mut data = BTreeMap::new();
        for payload in Parser::new(0).parse_all(wasm) {
            match payload? {
                Payload::TypeSection(section) => {
                    for of_function in section.into_iter_err_on_gc_types() {
                        types.push(of_function?);
                    }
                }
                Payload::ImportSection(section) => {
                    for import in section.into_imports() {
                        let import = import?;
                        let TypeRef::Func(of_function) = import.ty else {
                            bail!("it imports more than functions");
                        };
                        functions.push(of_function);
                        imports.push(import);
                    }
                }
                Payload::FunctionSection(section) => {
                    for of_function in section {
                        functions.push(of_function?);
                    }
                }
                Payload::TableSection(section) => {
                    for table in section {
                        tables.push(table?.ty);
                    }
                }
                Payload::MemorySection(section) => {
                    for memory in section {
                        memories.push(memory?);
                    }
                }
                Payload::GlobalSection(section) => {
                    for global in section {
                        globals.push(global?);
                    }
                }
                Payload::ExportSection(section) => {
                    for export in section {
                        exports.push(export?);
                    }
                }
                Payload::ElementSection(section) => {
                    for element in section {
                        elements.push(element?);
                    }
                }
                Payload::CodeSectionEntry(code) => bodies.push(Body::read(code)?),
                Payload::DataSection(section) => {
                    for segment in section {
                        let segment = segment?;
                        let DataKind::Active { offset_expr, .. } = segment.kind else {
                            bail!("it has data without an address");
                        };
                        data.insert(constant(&offset_expr)?, segment.data);
                    }
                }
                Payload::StartSection { .. } | Payload::TagSection(_) => {
                    bail!("it starts by itself, or throws");
                }
                _ => {}
            }
        }
        let [memory] = memories[..] else {
            bail!("it has no memory of its own, or several");
        };
        let [element] = &elements[..] else {
            bail!("it has no list of the table's functions, or several");
        };
        let (table, slots) = slots(element)?;
        let names = names_in(wasm)?;
        Ok(Self {
            types,
            imports,
            functions,
            bodies,
            tables,
            memory,
            globals,
            exports,
            table,
            slots,
            data,
            names: names
                .into_iter()
                .map(|(function, name)| (function, plain(name)))
                .collect(),
        })
    }

    fn imported(&self) -> u32 {
        self.imports.len() as u32
    }

    /// All functions that are not imported, with their numbers.
    fn defined(&self) -> impl Iterator<Item = (u32, &Body<'a>)> {
        (self.imported()..).zip(&self.bodies)
    }

    fn name(&self, function: u32) -> &str {
        self.names.get(&function).map_or("(no name)", |name| name)
    }

    /// Functions that can be called by others than their callers.
    fn open(&self) -> BTreeSet<u32> {
        let exports = self.exports.iter();
        let exported = exports.filter(|export| export.kind == ExternalKind::Func);
        let exported = exported.map(|export| export.index);
        exported.chain(self.slots.values().copied()).collect()
    }

    /// The functions of the late part: whatever the first one does not reach but through a gate.
    fn late(&self) -> Result<BTreeSet<u32>> {
        for gate in GATES {
            let known = self.names.values().any(|name| name == gate);
            ensure!(known, "it has no function {gate}, see xtask/src/split.rs");
        }
        let bodies: BTreeMap<u32, &Body<'_>> = self.defined().collect();
        let of_late = |function: u32| mentioned(self.name(function)).any(|at| at == 0);
        let open = self.open();
        let first = open.iter().filter(|function| !of_late(**function));
        let mut rest: Vec<u32> = first.copied().collect();
        let mut reached: BTreeSet<u32> = rest.iter().copied().collect();
        while let Some(function) = rest.pop() {
            // Of equal functions compilers leave one: what another crate made for a late type can be needed earlier
            // for others, but what it calls of the late rooms cannot.
            let other = mentioned(self.name(function)).next().is_some() && !of_late(function);
            let calls = bodies.get(&function).map(|body| &body.calls);
            for called in calls.into_iter().flatten().copied() {
                let gate = GATES.contains(&self.name(called)) || (other && of_late(called));
                if !gate && reached.insert(called) {
                    rest.push(called);
                }
            }
        }
        let mut late = BTreeSet::new();
        for (function, body) in bodies {
            let large = body.code.as_bytes().len() >= SMALL;
            if !reached.contains(&function) && (large || !open.contains(&function)) {
                late.insert(function);
            }
        }
        Ok(late)
    }

    /// The places of files that no function of the first part holds an address in, nor in a list of their addresses; and
    /// no other data holds the address of such a list.
    fn late_data(&self, late: &BTreeSet<u32>, files: &[Vec<u8>]) -> Vec<Range<u32>> {
        let first = self
            .defined()
            .filter(|(function, _)| !late.contains(function));
        let mut known: BTreeSet<u32> = first
            .flat_map(|(_, body)| &body.constants)
            .copied()
            .collect();
        let mut places: Vec<_> = files.iter().flat_map(|file| self.places(file)).collect();
        let starts: BTreeSet<u32> = places.iter().map(|place| place.start).collect();
        known.retain(|address| starts.contains(address) || !NO_CHARACTER.contains(address));
        let known = |range: &Range<u32>| known.range(range.clone()).next().is_some();
        let listed: BTreeSet<u32> = places
            .iter()
            .flat_map(|place| self.words_within(place))
            .collect();
        let mut lists: Vec<Range<u32>> = Vec::new();
        for address in listed {
            match lists.last_mut() {
                Some(list) if address < list.end + ENTRY => list.end = address + WORD,
                _ => lists.push(address + WORD - ENTRY..address + WORD),
            }
        }
        lists.retain(|list| known(list) || !self.words_within(list).is_empty());
        places.retain(|place| {
            let mut listed = self.words_within(place).into_iter();
            !known(place) && !listed.any(|word| lists.iter().any(|list| list.contains(&word)))
        });
        places
    }

    /// Where the data holds this text.
    fn places(&self, text: &[u8]) -> Vec<Range<u32>> {
        let mut places = Vec::new();
        for (address, data) in &self.data {
            let found = data.windows(text.len()).enumerate();
            let found = found.filter(|(_, window)| *window == text);
            places.extend(found.map(|(at, _)| {
                let start = address + at as u32;
                start..start + text.len() as u32
            }));
        }
        places
    }

    /// The addresses of words in the data that are themselves addresses in this range.
    fn words_within(&self, range: &Range<u32>) -> Vec<u32> {
        let mut found = Vec::new();
        for (address, data) in &self.data {
            let start = address.next_multiple_of(WORD);
            let words = data.get((start - address) as usize..).unwrap_or_default();
            for (at, word) in (start..).step_by(4).zip(words.chunks_exact(4)) {
                let word = word.try_into().map_or(0, u32::from_le_bytes);
                found.extend(range.contains(&word).then_some(at));
            }
        }
        found
    }
}

/// Where late rooms stand in a name: at 0 for a function of theirs, or of a type of theirs.
fn mentioned(name: &str) -> impl Iterator<Item = usize> {
    let name = name.trim_start_matches(['<', '&']);
    let early = EARLY.iter().any(|room| name.starts_with(room));
    let rooms = LATE.iter().filter(move |_| !early);
    rooms.filter_map(|room| name.find(room))
}

/// The name without the hashes behind crates, which stand in brackets.
fn plain(name: &str) -> String {
    let mut pieces = name.split('[');
    let mut plain = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        match piece.split_once(']') {
            Some((hash, rest)) if hash.len() > 8 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => {
                plain += rest
            }
            _ => plain.extend(["[", piece]),
        }
    }
    plain
}

/// An address, in bytes.
const WORD: u32 = 4;
/// What belongs to a file in a list of files, at most.
const ENTRY: u32 = 32;
/// Behind the last character of Unicode: what Rust writes for no character, and no address.
const NO_CHARACTER: Range<u32> = 0x11_0000..0x11_0002;

impl<'a> Body<'a> {
    fn read(code: FunctionBody<'a>) -> Result<Self> {
        let mut found = Found::default();
        found.parse_function_body(&mut CodeSection::new(), code.clone())?;
        let Found { calls, constants } = found;
        Ok(Self {
            code,
            calls,
            constants,
        })
    }
}

/// What is found in a function when it is written again.
#[derive(Default)]
struct Found {
    calls: BTreeSet<u32>,
    constants: BTreeSet<u32>,
}

impl Reencode for Found {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, reencode::Error> {
        self.calls.insert(function);
        Ok(function)
    }

    fn mem_arg(&mut self, place: MemArg) -> Result<wasm_encoder::MemArg, reencode::Error> {
        self.constants.extend(u32::try_from(place.offset));
        reencode::utils::mem_arg(self, place)
    }

    fn instruction<'b>(
        &mut self,
        operator: Operator<'b>,
    ) -> Result<Instruction<'b>, reencode::Error> {
        match operator {
            Operator::I32Const { value } => _ = self.constants.insert(value.cast_unsigned()),
            // Two in one.
            Operator::I64Const { value } => {
                let value = value.cast_unsigned();
                self.constants.extend([value as u32, (value >> 32) as u32]);
            }
            _ => {}
        }
        reencode::utils::instruction(self, operator)
    }
}

/// Functions with new numbers, by their old ones.
struct Renumbered(BTreeMap<u32, u32>);

impl Reencode for Renumbered {
    type Error = Elsewhere;

    fn function_index(&mut self, function: u32) -> Result<u32, reencode::Error<Elsewhere>> {
        let number = self.0.get(&function).copied();
        number.ok_or(reencode::Error::UserError(Elsewhere(function)))
    }
}

/// A function that is used in a part of which it is none: a mistake in this file.
#[derive(Debug)]
struct Elsewhere(u32);

impl Display for Elsewhere {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "function {} is in the other part", self.0)
    }
}

impl Error for Elsewhere {}

/// Everything but functions keeps its number.
struct Same;

impl Reencode for Same {
    type Error = Infallible;
}

/// What stands where in the parts.
struct Plan<'a> {
    program: &'a Program<'a>,
    late: &'a BTreeSet<u32>,
    /// Late functions that the first part can reach, each with the slots in which it is found.
    doors: BTreeMap<u32, Vec<u32>>,
    /// The slot by which the first part sees whether the late one is there; it holds one of these functions once more.
    ready: u32,
    /// Functions of the first part that the late one calls: they stand in the last slots, in this order.
    used: Vec<u32>,
    /// How many slots there are.
    slots: u32,
}

impl<'a> Plan<'a> {
    fn new(program: &'a Program<'a>, late: &'a BTreeSet<u32>) -> Result<Self> {
        let mut doors: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (slot, function) in &program.slots {
            if late.contains(function) {
                doors.entry(*function).or_default().push(*slot);
            }
        }
        let mut used = BTreeSet::new();
        let mut called = program.open();
        for (function, body) in program.defined() {
            if late.contains(&function) {
                used.extend(body.calls.difference(late));
            } else {
                called.extend(&body.calls);
            }
        }
        let table = program.tables.get(program.table as usize);
        let ready = table.context("there is no table of functions")?.initial as u32;
        let mut slots = ready + 1;
        for function in called.intersection(late) {
            doors.entry(*function).or_insert_with(|| {
                slots += 1;
                vec![slots - 1]
            });
        }
        let door = doors.values_mut().next();
        door.context("the first part reaches nothing of the late one")?
            .push(ready);
        slots += used.len() as u32;
        Ok(Self {
            program,
            late,
            doors,
            ready,
            used: used.into_iter().collect(),
            slots,
        })
    }

    /// The functions of a part that are its own.
    fn own(&self, late: bool) -> impl Iterator<Item = (u32, &Body<'a>)> {
        let all = self.program.defined();
        all.filter(move |(function, _)| self.late.contains(function) == late)
    }

    fn parts(&self, late_data: &[Range<u32>]) -> Result<Parts> {
        let (first_data, late_data) = cut(&self.program.data, late_data);
        let (first, first_names) = self.first(&first_data)?;
        let (late, late_names) = self.late(&late_data)?;
        Ok(Parts {
            first,
            late,
            first_names,
            late_names,
        })
    }

    fn first(&self, data: &[(u32, &[u8])]) -> Result<(Vec<u8>, Vec<String>)> {
        let program = self.program;
        let mut types = program.types.clone();
        let plain = FuncType::new([], []);
        let known = types.iter().position(|known| *known == plain);
        let plain_number = known.unwrap_or(types.len()) as u32;
        if known.is_none() {
            types.push(plain);
        }

        let mut list = List::default();
        for function in 0..program.imported() {
            list.add(Some(function), program.name(function));
        }
        let ask = list.add(None, "the script's late");
        for (function, _) in self.own(false) {
            list.add(Some(function), program.name(function));
        }
        let ready = list.add(None, "ready");
        for function in self.doors.keys() {
            let name = format!("the door to {}", program.name(*function));
            list.add(Some(*function), &name);
        }
        let List { numbers, names } = list;
        let mut renumbered = Renumbered(numbers);

        let mut imports = ImportSection::new();
        for import in &program.imports {
            Same.parse_import(&mut imports, *import)?;
        }
        let module = program.imports.first().map_or("", |import| import.module);
        imports.import(module, IMPORT, EntityType::Function(plain_number));

        let mut functions = FunctionSection::new();
        let mut code = CodeSection::new();
        for (function, body) in self.own(false) {
            functions.function(program.functions[function as usize]);
            renumbered.parse_function_body(&mut code, body.code.clone())?;
        }
        functions.function(plain_number);
        code.function(&body(&[
            Instruction::I32Const(self.ready.cast_signed()),
            Instruction::TableGet(program.table),
            Instruction::RefIsNull,
            Instruction::If(BlockType::Empty),
            Instruction::Call(ask),
            Instruction::End,
        ]));
        for (function, slots) in &self.doors {
            let type_index = program.functions[*function as usize];
            functions.function(type_index);
            let parameters = program.types[type_index as usize].params().len() as u32;
            let mut door = vec![Instruction::Call(ready)];
            door.extend((0..parameters).map(Instruction::LocalGet));
            door.push(Instruction::I32Const(slots[0].cast_signed()));
            let table_index = program.table;
            door.push(Instruction::CallIndirect {
                type_index,
                table_index,
            });
            code.function(&body(&door));
        }

        let mut tables = TableSection::new();
        for (number, table) in (0..).zip(&program.tables) {
            tables.table(self.table_type(number, table)?);
        }
        let mut memories = MemorySection::new();
        memories.memory(Same.memory_type(program.memory)?);
        let mut globals = GlobalSection::new();
        for global in &program.globals {
            renumbered.parse_global(&mut globals, global.clone())?;
        }
        let mut exports = ExportSection::new();
        for export in &program.exports {
            renumbered.parse_export(&mut exports, *export)?;
        }
        for (kind, name, number, _) in self.shared()? {
            exports.export(&name, kind, number);
        }
        let first_used = self.slots - self.used.len() as u32;
        let used = (first_used..).zip(self.used.iter().copied());
        let slots = program
            .slots
            .iter()
            .map(|(slot, function)| (*slot, *function));
        let elements = self.elements(slots.chain(used), &mut renumbered)?;

        let mut wasm = Module::new();
        wasm.section(&type_section(&types)?)
            .section(&imports)
            .section(&functions)
            .section(&tables)
            .section(&memories)
            .section(&globals)
            .section(&exports)
            .section(&elements)
            .section(&code)
            .section(&data_section(data));
        Ok((wasm.finish(), names))
    }

    fn late(&self, data: &[(u32, &[u8])]) -> Result<(Vec<u8>, Vec<String>)> {
        let program = self.program;
        let mut imports = ImportSection::new();
        for (_, name, _, of) in self.shared()? {
            imports.import("", &name, of);
        }
        let mut list = List::default();
        for function in &self.used {
            let number = list.add(Some(*function), program.name(*function));
            let of = EntityType::Function(program.functions[*function as usize]);
            imports.import("", &number.to_string(), of);
        }
        for (function, _) in self.own(true) {
            list.add(Some(function), program.name(function));
        }
        let List { numbers, names } = list;
        let mut renumbered = Renumbered(numbers);

        let mut functions = FunctionSection::new();
        let mut code = CodeSection::new();
        for (function, body) in self.own(true) {
            functions.function(program.functions[function as usize]);
            renumbered.parse_function_body(&mut code, body.code.clone())?;
        }
        let doors = self.doors.iter();
        let slots: BTreeMap<u32, u32> = doors
            .flat_map(|(function, slots)| slots.iter().map(|slot| (*slot, *function)))
            .collect();
        let elements = self.elements(slots, &mut renumbered)?;
        // Browsers show this name with the places of a trap.
        let mut name = NameSection::new();
        name.module(IMPORT);

        let mut wasm = Module::new();
        wasm.section(&type_section(&program.types)?)
            .section(&imports)
            .section(&functions)
            .section(&elements)
            .section(&code)
            .section(&data_section(data))
            .section(&name);
        Ok((wasm.finish(), names))
    }

    /// Memory, tables and globals: kind, name between the parts, number, type.
    fn shared(&self) -> Result<Vec<(ExportKind, String, u32, EntityType)>> {
        let program = self.program;
        let memory = EntityType::Memory(Same.memory_type(program.memory)?);
        let mut shared = vec![(ExportKind::Memory, "m".to_owned(), 0, memory)];
        for (number, table) in (0..).zip(&program.tables) {
            let of = EntityType::Table(self.table_type(number, table)?);
            let name = match number {
                number if number == program.table => "t".to_owned(),
                other => format!("t{other}"),
            };
            shared.push((ExportKind::Table, name, number, of));
        }
        for (number, global) in (0..).zip(&program.globals) {
            let of = EntityType::Global(Same.global_type(global.ty)?);
            shared.push((ExportKind::Global, format!("g{number}"), number, of));
        }
        Ok(shared)
    }

    fn table_type(&self, number: u32, table: &TableType) -> Result<wasm_encoder::TableType> {
        let mut table = *table;
        if number == self.program.table {
            table.initial = self.slots.into();
            table.maximum = table.maximum.and(Some(table.initial));
        }
        Ok(Same.table_type(table)?)
    }

    /// Fills slots of the table with functions.
    fn elements(
        &self,
        slots: impl IntoIterator<Item = (u32, u32)>,
        renumbered: &mut Renumbered,
    ) -> Result<ElementSection> {
        let mut elements = ElementSection::new();
        let table = Some(self.program.table).filter(|table| *table > 0);
        for (slot, functions) in runs(slots) {
            let functions = functions.into_iter();
            let numbers = functions.map(|function| renumbered.function_index(function));
            let numbers: Vec<u32> = numbers.collect::<Result<_, _>>()?;
            let start = ConstExpr::i32_const(slot.cast_signed());
            elements.active(table, &start, Elements::Functions(numbers.into()));
        }
        Ok(elements)
    }
}

/// The functions of a part in their order: what they were, and what they are called.
#[derive(Default)]
struct List {
    numbers: BTreeMap<u32, u32>,
    names: Vec<String>,
}

impl List {
    /// Gives the next number to a function, or to one that is new.
    fn add(&mut self, function: Option<u32>, name: &str) -> u32 {
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.numbers
            .extend(function.map(|function| (function, number)));
        number
    }
}

/// What stands in neighbouring slots, by the first slot.
fn runs(slots: impl IntoIterator<Item = (u32, u32)>) -> Vec<(u32, Vec<u32>)> {
    let mut runs: Vec<(u32, Vec<u32>)> = Vec::new();
    for (slot, function) in slots {
        match runs.last_mut() {
            Some((start, run)) if *start + run.len() as u32 == slot => run.push(function),
            _ => runs.push((slot, vec![function])),
        }
    }
    runs
}

/// The data outside and inside of these ranges.
fn cut<'a>(data: &BTreeMap<u32, &'a [u8]>, late: &[Range<u32>]) -> (Segments<'a>, Segments<'a>) {
    let (mut outside, mut inside) = (Vec::new(), Vec::new());
    let mut late = late.to_vec();
    late.sort_by_key(|range| range.start);
    for (address, bytes) in data {
        let (mut address, mut rest) = (*address, *bytes);
        for range in &late {
            let Some(before) = range.start.checked_sub(address) else {
                continue;
            };
            let Some((before, from)) = rest.split_at_checked(before as usize) else {
                continue;
            };
            let Some((within, behind)) = from.split_at_checked(range.len()) else {
                continue;
            };
            outside.push((address, before));
            inside.push((range.start, within));
            (address, rest) = (range.end, behind);
        }
        outside.push((address, rest));
    }
    outside.retain(|(_, bytes)| !bytes.is_empty());
    (outside, inside)
}

/// Data by address.
type Segments<'a> = Vec<(u32, &'a [u8])>;

fn type_section(types: &[FuncType]) -> Result<TypeSection> {
    let mut section = TypeSection::new();
    for of_function in types {
        section
            .ty()
            .func_type(&Same.func_type(of_function.clone())?);
    }
    Ok(section)
}

fn data_section(data: &[(u32, &[u8])]) -> DataSection {
    let mut section = DataSection::new();
    for (address, bytes) in data {
        let address = ConstExpr::i32_const(address.cast_signed());
        section.active(0, &address, bytes.iter().copied());
    }
    section
}

fn body(instructions: &[Instruction<'_>]) -> Function {
    let mut body = Function::new([]);
    for instruction in instructions {
        body.instruction(instruction);
    }
    body.instruction(&Instruction::End);
    body
}

/// A constant expression of a number.
fn constant(expression: &ConstExpression<'_>) -> Result<u32> {
    match expression.get_operators_reader().read()? {
        Operator::I32Const { value } => Ok(value.cast_unsigned()),
        _ => bail!("an address is computed"),
    }
}

/// The table that these functions are for, and the functions by slot.
fn slots(element: &Element<'_>) -> Result<(u32, BTreeMap<u32, u32>)> {
    let ElementKind::Active {
        table_index,
        offset_expr,
    } = &element.kind
    else {
        bail!("the table's functions are not put there at the start");
    };
    let ElementItems::Functions(functions) = &element.items else {
        bail!("the table's functions are computed");
    };
    let mut slots = BTreeMap::new();
    for (slot, function) in (constant(offset_expr)?..).zip(functions.clone()) {
        slots.insert(slot, function?);
    }
    Ok((table_index.unwrap_or(0), slots))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{DataSegment, DataSegmentMode, NameMap, RefType, TableType};

    /// A function that returns nothing: its name, whether it stands in the table, what it calls, what numbers it holds.
    type Sketch<'a> = (&'a str, bool, &'a [u32], &'a [i32]);

    /// A wasm of these functions, with the gates behind them.
    fn wasm(sketches: &[Sketch<'_>], data: &[(i32, &[u8])]) -> Vec<u8> {
        let gates = GATES.map(|gate| (gate, false, &[][..], &[][..]));
        let sketches = [sketches, &gates].concat();
        let (mut types, mut functions) = (TypeSection::new(), FunctionSection::new());
        types.ty().function([], []);
        let (mut code, mut names) = (CodeSection::new(), NameMap::new());
        let mut open = Vec::new();
        for (number, (name, is_open, calls, numbers)) in (0..).zip(&sketches) {
            functions.function(0);
            names.append(number, name);
            open.extend(is_open.then_some(number));
            let mut instructions = Vec::new();
            for number in *numbers {
                instructions.extend([Instruction::I32Const(*number), Instruction::Drop]);
            }
            instructions.extend(calls.iter().map(|called| Instruction::Call(*called)));
            // A door must be worth it.
            instructions.extend([const { Instruction::Nop }; SMALL]);
            code.function(&body(&instructions));
        }
        let (mut tables, mut memories) = (TableSection::new(), MemorySection::new());
        let slots = open.len() as u64 + 1;
        tables.table(TableType {
            element_type: RefType::FUNCREF,
            minimum: slots,
            maximum: Some(slots),
            table64: false,
            shared: false,
        });
        memories.memory(wasm_encoder::MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        let (mut elements, mut segments) = (ElementSection::new(), DataSection::new());
        elements.active(
            None,
            &ConstExpr::i32_const(1),
            Elements::Functions(open.into()),
        );
        for (address, data) in data {
            segments.segment(DataSegment {
                mode: DataSegmentMode::Active {
                    memory_index: 0,
                    offset: &ConstExpr::i32_const(*address),
                },
                data: data.iter().copied(),
            });
        }
        let mut name = NameSection::new();
        name.functions(&names);
        let mut wasm = Module::new();
        wasm.section(&types)
            .section(&functions)
            .section(&tables)
            .section(&memories)
            .section(&elements)
            .section(&code)
            .section(&segments)
            .section(&name);
        wasm.finish()
    }

    /// The data of a part.
    fn data(wasm: &[u8]) -> Vec<(u32, Vec<u8>)> {
        let mut found = Vec::new();
        for payload in Parser::new(0).parse_all(wasm) {
            if let Payload::DataSection(section) = payload.unwrap() {
                for segment in section {
                    let segment = segment.unwrap();
                    let DataKind::Active { offset_expr, .. } = segment.kind else {
                        panic!("data without an address");
                    };
                    found.push((constant(&offset_expr).unwrap(), segment.data.to_vec()));
                }
            }
        }
        found
    }

    const PAGE: &str = "<fedcred_app[0123456789abcdef]::simulate::Page as yew::Component>::view";

    #[track_caller]
    fn check(sketches: &[Sketch<'_>], first: &[&str], late: &[&str]) {
        let parts = split(&wasm(sketches, &[]), &[]).unwrap();
        let others = |names: &[String]| -> Vec<String> {
            let mut names = names.to_vec();
            names.retain(|name| !GATES.iter().any(|gate| name.contains(gate)));
            names
        };
        assert_eq!(
            others(&parts.first_names),
            [&["the script's late"], first].concat()
        );
        assert_eq!(others(&parts.late_names), late);
    }

    #[test]
    fn what_only_late_functions_reach_is_late() {
        let door = "the door to <fedcred_app::simulate::Page as yew::Component>::view";
        check(
            &[
                ("main", true, &[1], &[]),
                ("both", false, &[], &[]),
                (PAGE, true, &[1, 3], &[]),
                ("behind", false, &[4], &[]),
                ("further behind", false, &[], &[]),
            ],
            &["main", "both", "ready", door],
            &[
                "both",
                "<fedcred_app::simulate::Page as yew::Component>::view",
                "behind",
                "further behind",
            ],
        );
    }

    #[test]
    fn what_the_first_part_calls_is_not_late_but_for_gates() {
        check(
            &[
                ("main", true, &[1, 2], &[]),
                ("fedcred_core::federation::diff::diff", false, &[3], &[]),
                // The first of the gates.
                ("caller", false, &[5], &[]),
                ("fedcred_core::federation::diff::runs", false, &[], &[]),
                (PAGE, true, &[], &[]),
            ],
            &[
                "main",
                "fedcred_core::federation::diff::diff",
                "caller",
                "fedcred_core::federation::diff::runs",
                "ready",
                "the door to <fedcred_app::simulate::Page as yew::Component>::view",
            ],
            &["<fedcred_app::simulate::Page as yew::Component>::view"],
        );
    }

    #[test]
    fn what_is_called_from_anywhere_is_late_only_under_a_late_name_of_its_own() {
        check(
            &[
                ("drop::<fedcred_app::simulate::Page>", true, &[1, 2], &[]),
                ("free", false, &[], &[]),
                ("fedcred_core::entra::sign", false, &[], &[]),
                (
                    "fedcred_core::flow::sample::SAMPLES::{closure#0}",
                    true,
                    &[],
                    &[],
                ),
                ("<u8 as yew::Component>::view", true, &[], &[]),
            ],
            &[
                "drop::<fedcred_app::simulate::Page>",
                "free",
                "fedcred_core::flow::sample::SAMPLES::{closure#0}",
                "<u8 as yew::Component>::view",
                "ready",
                "the door to fedcred_core::entra::sign",
            ],
            &["fedcred_core::entra::sign"],
        );
    }

    /// Which of these texts, which stand one after the other behind the list of their addresses, are late, if the first
    /// part holds `first` and the late one `late`.
    #[track_caller]
    fn check_data(list: &[u32], first: &[i32], late: &[i32], expected: &[(u32, &[u8])]) {
        let list: Vec<u8> = list
            .iter()
            .flat_map(|address| address.to_le_bytes())
            .collect();
        let sketches: &[Sketch<'_>] = &[("main", true, &[], first), (PAGE, true, &[], late)];
        let all = [(64, &list[..]), (1000, b"one,two;three.")];
        let wasm = wasm(sketches, &all);
        let files = [b"one".to_vec(), b"two".to_vec(), b"three".to_vec()];
        let parts = split(&wasm, &files).unwrap();
        let found = data(&parts.late);
        let expected: Vec<_> = expected
            .iter()
            .map(|(at, text)| (*at, text.to_vec()))
            .collect();
        assert_eq!(found, expected);
        // Nothing is lost.
        let mut bytes: BTreeMap<u32, u8> = BTreeMap::new();
        for (address, text) in data(&parts.first).into_iter().chain(found) {
            bytes.extend((address..).zip(text));
        }
        let whole = all
            .iter()
            .flat_map(|(address, text)| (*address as u32..).zip(text.iter().copied()));
        assert_eq!(bytes, whole.collect());
    }

    #[test]
    fn files_are_late_whose_address_the_first_part_does_not_hold() {
        let [one, two, three]: [(u32, &[u8]); 3] =
            [(1000, b"one"), (1004, b"two"), (1008, b"three")];
        check_data(&[], &[], &[1000, 1004, 1008], &[one, two, three]);
        check_data(&[], &[1004], &[1000, 1004], &[one, three]);
        check_data(&[], &[1009], &[1008], &[one, two]);
        check_data(&[], &[1003, 1007], &[], &[one, two, three]);
        check_data(&[], &[1000, 1004, 1008], &[], &[]);
    }

    #[test]
    fn files_of_a_list_are_late_together() {
        let all: [(u32, &[u8]); 3] = [(1000, b"one"), (1004, b"two"), (1008, b"three")];
        let list = [7, 3, 1000, 3, 1004, 3, 1008, 5];
        check_data(&list, &[], &[64], &all);
        check_data(&list, &[64], &[64], &[]);
        check_data(&list, &[88], &[], &[]);
        check_data(&list, &[200], &[64], &all);
        // Something holds the address of the list.
        check_data(&[64, 3, 1000, 3, 1004, 3, 1008], &[], &[], &[]);
    }

    #[test]
    fn what_it_cannot_split_is_refused() {
        let error = |wasm: &[u8]| format!("{:#}", split(wasm, &[]).unwrap_err());
        let nothing = wasm(&[("main", true, &[], &[])], &[]);
        assert!(split(&nothing, &[]).is_err());
        assert!(error(b"<!doctype html>").contains("magic"));
        assert_eq!(
            error(b"\0asm\x01\0\0\0"),
            "it has no memory of its own, or several"
        );
    }

    #[test]
    fn the_script_can_be_called() {
        let mut script = "const import0 = {\n  a: 1,\n};\n".to_owned();
        let_call(&mut script).unwrap();
        assert_eq!(
            script,
            "const import0 = {\nlate: () => globalThis.late(wasm),\n  a: 1,\n};\n"
        );
        assert!(let_call(&mut "const import1 = {\n".to_owned()).is_err());
    }
}
