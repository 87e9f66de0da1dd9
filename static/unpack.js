// The program comes with its code sorted by what its bytes are, which compresses a seventh better; xtask/src/streams.rs
// tells the form. This puts it together again. A program that is not sorted is left as it is.
globalThis.unpack = (packed) => {
  const TYPES = 8; // Behind the beginning of every wasm.
  const [CUSTOM, CODE] = [0, 10];
  if (packed[TYPES] !== CUSTOM) return packed;

  let place = TYPES + 1;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = packed[place++];
      value |= (byte & 127) << shift;
      if (!(byte > 127)) return value;
    }
  };
  number(); // The length of the section; its name is skipped.
  const name = number();
  place += name;
  const length = number();
  const ofCode = number();
  const functions = number();
  const lengths = Array.from({ length: 13 + 2 * 256 }, number);
  const places = Uint32Array.from(lengths, (length) => (place += length) - length);
  if (place !== packed.length) throw new Error("The program is not whole.");
  const [BEFORE, BEHIND, LOCALS, OPCODE, BLOCK, LABEL, FUNCTION, GET, SET, LOAD, STORE, I64, OTHER, SHORT] =
    lengths.keys();
  const LONG = SHORT + 256;

  // Of instructions that one number follows: its stream.
  const streams = new Uint16Array(256);
  streams.fill(BLOCK, 0x02, 0x05).fill(LABEL, 0x0c, 0x0e).fill(FUNCTION, 0x10, 0x11).fill(GET, 0x20, 0x21);
  streams.fill(SET, 0x21, 0x23).fill(OTHER, 0x23, 0x27).fill(LOAD, 0x28, 0x36).fill(STORE, 0x36, 0x3f);
  streams.fill(OTHER, 0x3f, 0x41).fill(I64, 0x42, 0x43).fill(OTHER, 0xd0, 0xd1).fill(OTHER, 0xd2, 0xd3);
  // Two that wasm does not have, for one that it has: its short and its long constants.
  streams.fill(LONG, 0xde, 0xdf).fill(SHORT, 0xdf, 0xe0);
  const BEHIND_PREFIX = [0, 0, 0, 0, 0, 0, 0, 0, 2, 1, 2, 1, 2, 1, 2, 1, 1, 1];

  // The instruction that is most frequent comes as 0, and all so that they look like no text.
  const [LOCAL_GET, I32_CONST] = [0x20, 0x41];

  // The length of a function is known when it is written: it gets room for the longest.
  const ROOM = 5;
  const wasm = new Uint8Array(length + ROOM);
  let end = 0;
  const write = (value) => {
    for (; value > 127; value >>>= 7) wasm[end++] = (value & 127) | 128;
    wasm[end++] = value;
  };
  const bytes = (stream, count) => {
    wasm.set(packed.subarray(places[stream], (places[stream] += count)), end);
    end += count;
  };
  const one = (stream) => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = packed[places[stream]++];
      wasm[end++] = byte;
      value |= (byte & 127) << shift;
      if (!(byte > 127)) return value;
    }
  };
  const several = (count) => {
    for (; count > 0; count -= 1) one(OTHER);
  };

  // A local is told by its place among those used last.
  let locals;
  const local = (stream) => {
    const start = end;
    let place = one(stream);
    // No function has more locals: browsers refuse it.
    if (place >>> 0 > 50_000) throw new Error("The program is damaged.");
    while (locals.length <= place) locals.push(locals.length);
    const local = locals[place];
    const to = place > 1 ? 1 : 0;
    for (; place > to; place -= 1) locals[place] = locals[place - 1];
    locals[to] = local;
    end = start;
    write(local);
  };

  const instructions = () => {
    locals = [];
    for (let depth = 1; depth > 0; ) {
      if (places[OPCODE] === packed.length) throw new Error("The program is damaged.");
      const opcode = packed[places[OPCODE]++] ^ LOCAL_GET;
      const stream = streams[opcode];
      wasm[end++] = stream >= SHORT ? I32_CONST : opcode;
      if (stream === LOAD || stream === STORE) wasm[end++] = 0;
      if (stream === BLOCK) depth += 1;
      // A constant's stream is one of many, by what comes next.
      if (stream >= SHORT) one(stream + packed[places[OPCODE]]);
      else if (stream === GET || stream === SET) local(stream);
      else if (stream) one(stream);
      else if (opcode === 0x0b) depth -= 1;
      else if (opcode === 0x0e) several(one(OTHER) + 1);
      else if (opcode === 0x11) several(2);
      else if (opcode === 0x1c) several(one(OTHER));
      else if (opcode === 0x43) bytes(OTHER, 4);
      else if (opcode === 0x44) bytes(OTHER, 8);
      else if (opcode === 0xfc) several(BEHIND_PREFIX[one(OTHER)]);
    }
  };

  wasm.set(packed.subarray(0, TYPES));
  end = TYPES;
  bytes(BEFORE, lengths[BEFORE]);
  wasm[end++] = CODE;
  write(ofCode);
  write(functions);
  for (let done = 0; done < functions; done += 1) {
    const start = end;
    end += ROOM;
    for (let groups = one(LOCALS); groups > 0; groups -= 1) {
      one(LOCALS);
      one(LOCALS);
    }
    instructions();
    const [from, to] = [start + ROOM, end];
    end = start;
    write(to - from);
    wasm.copyWithin(end, from, to);
    end += to - from;
  }
  bytes(BEHIND, lengths[BEHIND]);
  return wasm.subarray(0, end);
};
