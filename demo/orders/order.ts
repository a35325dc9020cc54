/** What the services agree to find in a record of orders.v1 (orders.v1.schema.json says the same for people). */
export type Order = {
  orderId: string;
  customerId: string;
  email: string;
  /** RFC 3339. */
  placedAt: string;
  amount: number;
  currency: string;
  region: string;
  card: { token: string; last4: string };
  items: { sku: string; quantity: number }[];
};

export type ReadOrder = { ok: true; order: Order } | { ok: false; problem: string };

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const text = (value: unknown, otherwise: string) => (typeof value === 'string' ? value : otherwise);

function parse(value: Buffer | null): Fields | null {
  if (value === null) return null;
  try {
    const parsed: unknown = JSON.parse(value.toString('utf8'));
    return isFields(parsed) ? parsed : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function readAmount(raw: unknown, acceptBadRelease: boolean): number | null {
  if (typeof raw === 'number' && Number.isFinite(raw)) return raw;
  if (!acceptBadRelease || typeof raw !== 'string') return null;
  const amount = Number.parseFloat(raw);
  return Number.isFinite(amount) ? amount : null;
}

/**
 * Checks the contract. `acceptBadRelease` is what the services' fix for the bad producer release brings: an amount
 * given as text, and a missing currency (which was EUR in every case), are then understood.
 */
export function readOrder(
  value: Buffer | null,
  { acceptBadRelease }: { acceptBadRelease: boolean },
): ReadOrder {
  const fields = parse(value);
  if (fields === null) return { ok: false, problem: 'the value is not a JSON object' };
  const { orderId } = fields;
  if (typeof orderId !== 'string' || orderId === '')
    return { ok: false, problem: 'the required property /orderId is missing' };
  const broken = (problem: string): ReadOrder => ({
    ok: false,
    problem: `order ${orderId} violates the contract orders.v1: ${problem}`,
  });
  const amount = readAmount(fields.amount, acceptBadRelease);
  if (amount === null)
    return broken(
      fields.amount === undefined
        ? 'the required property /amount is missing'
        : `/amount must be a number but is ${JSON.stringify(fields.amount)}`,
    );
  const currency = fields.currency ?? (acceptBadRelease ? 'EUR' : undefined);
  if (typeof currency !== 'string') return broken('the required property /currency is missing');
  const card = isFields(fields.card) ? fields.card : {};
  const items = Array.isArray(fields.items) ? fields.items.filter(isFields) : [];
  return {
    ok: true,
    order: {
      orderId,
      amount,
      currency,
      customerId: text(fields.customerId, 'unknown'),
      email: text(fields.email, `${orderId}@customers.example`),
      placedAt: text(fields.placedAt, new Date(0).toISOString()),
      region: text(fields.region, 'unknown'),
      card: { token: text(card.token, 'tok_visa'), last4: text(card.last4, '0000') },
      items: items.map((item) => ({
        sku: text(item.sku, 'sku-unknown'),
        quantity: typeof item.quantity === 'number' ? item.quantity : 1,
      })),
    },
  };
}
