// Each alternative is anchored and has one unbounded run, so a failed match costs linear time.
const IN_ANY_FIELD =
  /^(?:\$?\{[^{}\s]+\}|\{\{[^{}\s]+\}\}|%%[\w.:-]+%%|##[\w.:-]+##|__[\w.:-]+__)$/;
const BUT_REAL_TEXT =
  /^(?:\[[^[\]\s]+\]|\([^()\s]+\)|\$[a-z_][\w.:-]*|%[\w.:-]+%|TS\{[^{}\s]+\})$/i;
const IN_PERCENT_SIGNS = /^(?:%%[\w.:-]+%%|%[\w.:-]+%)$/;

/** Whether the whole text is a macro its tracker did not expand; `kind` as in `readNothing`. */
export function isMacro(text: string, kind: 'text' | 'value'): boolean {
  return (
    IN_ANY_FIELD.test(text) || (kind === 'value' && BUT_REAL_TEXT.test(text))
  );
}

/** Whether the whole text is `%x%` or `%%X%%`, which trackers put into a URL as they are. */
export function isPercentMacro(text: string): boolean {
  return IN_PERCENT_SIGNS.test(text);
}
