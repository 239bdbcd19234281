/** Bytes of a single postback's body, inflated. A postback in a batch and a row of an import have the same limit. */
export const MAX_POSTBACK_BODY = 32 * 1024;

/** Objects and arrays within each other, in any JSON body. */
export const MAX_JSON_DEPTH = 8;
