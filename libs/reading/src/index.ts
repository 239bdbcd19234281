export { readCountry } from './country';
export { parseForm, type FormParameter } from './form';
export {
  JsonObject,
  MalformedJsonError,
  TooDeepError,
  parseJsonObject,
  type JsonValue,
} from './json';
export { splitJsonArray } from './json-array';
export { readNothing, type Nothing } from './nothing';
export { hasControlCharacter } from './text';
export { readTime } from './time';
export { readUsd } from './usd';
export { readUuid, toUuid } from './uuid';
