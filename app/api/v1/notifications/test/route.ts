import { testNotification } from '#lib/contract/alerts.ts';
import { route } from '#lib/http/route.ts';
import { testNotification as test } from '#lib/usecases/alerts/test-notification.ts';

export const POST = route(testNotification, ({ runtime, principal, body, origin }) =>
  test({ ...runtime, consoleUrl: origin }, principal, body),
);
