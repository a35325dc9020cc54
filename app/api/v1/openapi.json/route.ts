import { getOpenApi } from '#lib/contract/document.ts';
import { openApiDocument } from '#lib/http/openapi.ts';
import { route } from '#lib/http/route.ts';

export const GET = route(getOpenApi, () => openApiDocument());
