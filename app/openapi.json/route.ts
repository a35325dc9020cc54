import { openApiDocument } from '#lib/http/openapi.ts';
import { json } from '#lib/http/respond.ts';

/** The same document at the root, where tools look for it. */
export const GET = () => json(openApiDocument());
