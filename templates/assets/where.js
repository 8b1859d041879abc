// A condition on experiments as `--where` has it: `lr<1e-2 and norm=="bn"`. It is read, never evaluated.
"use strict";
const readCondition = (() => {
  const TOKEN = /\s*(?:(`[^`]*`)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|((?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)|([^\W\d][\w.]*)|(<=|>=|==|!=|[<>()[\],-]))/uy;
  const COMPARE = {
    "<": (a, b) => a < b,
    "<=": (a, b) => a <= b,
    ">": (a, b) => a > b,
    ">=": (a, b) => a >= b,
    "==": (a, b) => a === b,
    "!=": (a, b) => a !== b,
  };
  const words = document.body.dataset;

  // What a text of the table stands for: a number where it is one, 1 and 0 for True and False, undefined for nothing.
  const valueOf = (text) => {
    if (text === "") return undefined;
    if (text === "True" || text === "False") return Number(text === "True");
    return Number.isNaN(Number(text)) ? text : Number(text);
  };

  const tokens = (text) => {
    const found = [];
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < text.trimEnd().length) {
      const match = TOKEN.exec(text);
      if (!match) throw new Error(words.condition);
      const [, quoted, string, number, name, sign] = match;
      if (quoted) found.push({ name: quoted.slice(1, -1) });
      else if (string) found.push({ value: string.slice(1, -1).replace(/\\(.)/g, "$1") });
      else if (number) found.push({ value: Number(number) });
      else if (["and", "or", "not", "in"].includes(name)) found.push({ sign: name });
      else if (name === "True" || name === "False") found.push({ value: Number(name === "True") });
      else found.push(name ? { name } : { sign });
    }
    return found;
  };

  // A function from the values of a row to whether the condition holds. `columns` gives the place of each name.
  return (text, columns) => {
    const rest = tokens(text);
    const next = (...signs) => signs.includes(rest[0]?.sign) && rest.shift().sign;
    const expect = (...signs) => {
      const sign = next(...signs);
      if (!sign) throw new Error(words.condition);
      return sign;
    };
    const either = () => {
      const parts = [both()];
      while (next("or")) parts.push(both());
      return (row) => parts.some((part) => part(row));
    };
    const both = () => {
      const parts = [negated()];
      while (next("and")) parts.push(negated());
      return (row) => parts.every((part) => part(row));
    };
    const negated = () => {
      if (next("not")) {
        const test = negated();
        return (row) => !test(row);
      }
      if (next("(")) {
        const test = either();
        expect(")");
        return test;
      }
      return compared();
    };
    const compared = () => {
      let left = operand();
      const tests = [];
      do {
        const sign = expect("<", "<=", ">", ">=", "==", "!=", "in", "not");
        if (sign === "not") expect("in");
        const [one, isMember] = [left, sign === "in" || sign === "not"];
        const other = isMember ? list() : operand();
        tests.push((row) => {
          const [a, b] = [one(row), other(row)];
          if (a === undefined || b === undefined) return false;
          if (isMember) return b.includes(a) === (sign === "in");
          return (typeof a === typeof b || sign === "!=") && COMPARE[sign](a, b);
        });
        left = other;
      } while (["<", "<=", ">", ">=", "==", "!="].includes(rest[0]?.sign));
      return (row) => tests.every((test) => test(row));
    };
    const list = () => {
      const end = expect("[", "(") === "[" ? "]" : ")";
      const operands = [];
      while (!next(end)) {
        operands.push(operand());
        if (!next(",")) {
          expect(end);
          break;
        }
      }
      return (row) => operands.map((each) => each(row));
    };
    const operand = () => {
      const isNegative = next("-");
      const token = rest.shift();
      if (token?.value !== undefined) return () => (isNegative ? -token.value : token.value);
      if (!token?.name) throw new Error(words.condition);
      const place = columns.get(token.name);
      if (place === undefined) throw new Error(say(words.column, { name: token.name }));
      return (row) => valueOf(row[place]);
    };
    const test = either();
    if (rest.length) throw new Error(words.condition);
    return test;
  };
})();
