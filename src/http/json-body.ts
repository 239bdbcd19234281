import { parseJsonObject } from '@app/reading';
import express from 'express';

/** Objects and arrays within each other. */
export const MAX_JSON_DEPTH = 8;

/** Reads the JSON bodies of the management API; refuses what is nested so deeply that walking it would overflow the stack. */
export const jsonBody = express.json({
  limit: '100kb',
  // Whatever it is called: curl's -d says that it is a form.
  type: () => true,
  verify: (_request, _response, body) => {
    parseJsonObject(body.toString(), MAX_JSON_DEPTH);
  },
});
