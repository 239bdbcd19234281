import type { DocumentPatch } from './openapi/openapi';
import { requireIdentifier } from './postback/postback.openapi';

/** What the features add to the OpenAPI document. */
export const DOCUMENT_PATCHES: readonly DocumentPatch[] = [requireIdentifier];
