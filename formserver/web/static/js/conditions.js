// The condition language in the browser: twin of formserver/core/definitions/conditions.py.
// Both are held to schemas/meta/condition-vectors.json; change neither alone.
//
// A comparison with an absent value is false; "empty" of an absent value is true; decimals compare exactly (as
// digits, never as floating point); a date beside a date-time compares the day; "*" collects the values of a list.

export const MAX_DEPTH = 16;
export const OPERATORS = ["is", "in", "has", "lt", "le", "gt", "ge", "empty", "count_ge", "count_le"];
const ORDERED = new Set(["lt", "le", "gt", "ge"]);

/** What a place holds that the body, the row or the context does not have. */
export const ABSENT = Symbol("absent");

/** A condition outside the language. */
export class ConditionError extends Error {}

const DECIMAL = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?$/;
const MOMENT = /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:T([01][0-9]|2[0-3]):([0-5][0-9]))?$/;

const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);
const own = (object, key) => Object.prototype.hasOwnProperty.call(object, key);

/**
 * Whether a condition holds.
 * @param {object} condition
 * @param {{body: object, row?: object|null, ctx?: object}} scope
 * @returns {boolean}
 * @throws {ConditionError}
 */
export function evaluate(condition, { body, row = null, ctx = {} }) {
  return holds(condition, { body, row, ctx }, MAX_DEPTH);
}

/** The value at a place, or ABSENT. */
export function lookup(place, { body, row = null, ctx = {} }) {
  if (typeof place === "string") {
    if (place.startsWith("/")) return walk(body, splitPointer(place));
    if (place.startsWith("row:")) return row === null ? ABSENT : walk(row, splitPointer("/" + place.slice(4)));
    if (place.startsWith("ctx:")) return fromContext(ctx, place.slice(4));
  }
  throw new ConditionError(`not a place: ${JSON.stringify(place)}`);
}

/** Every place a condition reads, each once: what a form must listen to. */
export function places(condition) {
  const found = new Set();
  const visit = (node, depth) => {
    if (depth === 0 || !isObject(node)) return;
    for (const [key, value] of Object.entries(node)) {
      if ((key === "all" || key === "any") && Array.isArray(value)) value.forEach((part) => visit(part, depth - 1));
      else if (key === "not") visit(value, depth - 1);
      else if (key === "at") {
        if (typeof value === "string") found.add(value);
      } else if (isObject(value) && typeof value.at === "string") found.add(value.at);
    }
  };
  visit(condition, MAX_DEPTH);
  return [...found];
}

/** "/a~1b/0" as ["a/b", "0"]. */
export function splitPointer(pointer) {
  return pointer
    .split("/")
    .slice(1)
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function present(value) {
  return value === null || value === undefined ? ABSENT : value;
}

function walk(start, parts) {
  let value = start;
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index];
    if (part === "*") {
      if (!Array.isArray(value)) return ABSENT;
      const rest = parts.slice(index + 1);
      return value.map((item) => walk(item, rest)).filter((item) => item !== ABSENT);
    }
    if (isObject(value) && own(value, part)) value = value[part];
    else if (Array.isArray(value) && /^(?:0|[1-9][0-9]{0,8})$/.test(part) && Number(part) < value.length)
      value = value[Number(part)];
    else return ABSENT;
  }
  return present(value);
}

function fromContext(ctx, name) {
  if (own(ctx, name)) return present(ctx[name]);
  let value = ctx;
  for (const part of name.split(".")) {
    if (!isObject(value) || !own(value, part)) return ABSENT;
    value = value[part];
  }
  return present(value);
}

function holds(condition, scope, depth) {
  if (depth === 0) throw new ConditionError("nested too deeply");
  if (!isObject(condition)) throw new ConditionError("a condition is an object");
  const keys = Object.keys(condition);
  if (keys.length === 1) {
    if (Array.isArray(condition.all)) return condition.all.every((part) => holds(part, scope, depth - 1));
    if (Array.isArray(condition.any)) return condition.any.some((part) => holds(part, scope, depth - 1));
    if (own(condition, "not")) return !holds(condition.not, scope, depth - 1);
  }
  if (keys.length !== 2 || !own(condition, "at"))
    throw new ConditionError("a test is a place (at) and exactly one operator");
  const operator = keys.find((key) => key !== "at");
  if (!OPERATORS.includes(operator)) throw new ConditionError(`unknown operator ${operator}`);
  let operand = condition[operator];
  if (isObject(operand)) {
    if (Object.keys(operand).length !== 1 || !own(operand, "at"))
      throw new ConditionError("an operand is a value or a place");
    operand = lookup(operand.at, scope);
  }
  return test(lookup(condition.at, scope), operator, operand);
}

function isEmpty(value) {
  if (value === ABSENT || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isObject(value) && Object.keys(value).length === 0;
}

function test(value, operator, operand) {
  if (operator === "empty") return isEmpty(value) === (operand === true);
  if (value === ABSENT || operand === ABSENT) return false;
  if (operator === "is") return same(value, operand);
  if (operator === "in") return Array.isArray(operand) && operand.some((item) => same(value, item));
  if (operator === "has") {
    if (Array.isArray(value)) return value.some((item) => same(item, operand));
    return typeof value === "string" && typeof operand === "string" && value.includes(operand);
  }
  if (ORDERED.has(operator)) {
    const order = compare(value, operand);
    if (order === null) return false;
    return { lt: order < 0, le: order <= 0, gt: order > 0, ge: order >= 0 }[operator];
  }
  if (!Array.isArray(value) || !Number.isInteger(operand)) return false;
  return operator === "count_ge" ? value.length >= operand : value.length <= operand;
}

/** Equality of two JSON values; a date and a date-time share a day or not. */
export function same(left, right) {
  if (typeof left === "string" && typeof right === "string") {
    if (left === right) return true;
    const a = moment(left);
    const b = moment(right);
    return a !== null && b !== null && left.length !== right.length && a[0] === b[0];
  }
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, index) => same(item, right[index]));
  if (isObject(left) && isObject(right)) {
    const keys = Object.keys(left);
    return keys.length === Object.keys(right).length && keys.every((k) => own(right, k) && same(left[k], right[k]));
  }
  return left === right;
}

/** -1, 0, 1, or null when the two have no order. */
export function compare(left, right) {
  const a = decimal(left);
  const b = decimal(right);
  if (a !== null && b !== null) return compareDecimals(a, b);
  const m = moment(left);
  const n = moment(right);
  if (m === null || n === null) return null;
  if (m[0] !== n[0]) return m[0] < n[0] ? -1 : 1;
  if (m.length < 2 || n.length < 2 || m[1] === n[1]) return 0;
  return m[1] < n[1] ? -1 : 1;
}

function decimal(value) {
  if (typeof value === "number" && Number.isInteger(value)) return String(BigInt(value));
  return typeof value === "string" && DECIMAL.test(value) ? value : null;
}

function compareDecimals(left, right) {
  const digits = Math.max((left.split(".")[1] || "").length, (right.split(".")[1] || "").length);
  const a = scaled(left, digits);
  const b = scaled(right, digits);
  return a < b ? -1 : a > b ? 1 : 0;
}

function scaled(text, digits) {
  const [whole, fraction = ""] = text.split(".");
  return BigInt(whole.replace("-", "") + fraction.padEnd(digits, "0")) * (text.startsWith("-") ? -1n : 1n);
}

function moment(value) {
  const match = typeof value === "string" ? MOMENT.exec(value) : null;
  if (match === null) return null;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year < 1 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return null;
  return match[4] === undefined ? [value] : [value.slice(0, 10), value.slice(11)];
}

function daysIn(year, month) {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
