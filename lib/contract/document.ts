import { operation } from './operation.ts';

export const getOpenApi = operation({
  id: 'getOpenApi',
  method: 'GET',
  path: '/openapi.json',
  summary: 'This document: OpenAPI 3.1, generated from the schemas that validate',
  permission: 'public',
});
