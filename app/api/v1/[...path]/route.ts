import { SluiceError } from '#lib/domain/kernel/errors.ts';
import { problemResponse } from '#lib/http/respond.ts';

/** What is not in the contract answers a problem too, not a page. */
const nowhere = (request: Request): Response => {
  const { pathname } = new URL(request.url);
  return problemResponse(
    new SluiceError(
      'not_found',
      `There is no ${request.method} ${pathname}. GET /openapi.json lists what there is.`,
    ),
  );
};

export const GET = nowhere;
export const POST = nowhere;
export const PUT = nowhere;
export const PATCH = nowhere;
export const DELETE = nowhere;
