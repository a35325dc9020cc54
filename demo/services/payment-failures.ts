import type { Failure } from '../dead-letters/failure.ts';
import type { Order } from '../orders/order.ts';

export const listener = 'public void com.example.payments.OrderListener.onOrder(com.example.payments.Order)';
const onOrder = 'com.example.payments.OrderListener.onOrder(OrderListener.java:41)';
const charge = 'com.example.payments.ChargeOrder.charge(ChargeOrder.java:57)';

/** Nothing was charged; passes when the provider is back. */
export const providerUnavailable = (order: Order): Failure => ({
  exceptionClass: 'com.example.payments.provider.ProviderUnavailableException',
  message: `payment provider answered 503 charge_backend_unavailable for order ${order.orderId}, amount ${order.amount.toFixed(2)}; nothing was charged`,
  frames: [
    'com.example.payments.provider.PaymentProviderClient.charge(PaymentProviderClient.java:88)',
    charge,
    onOrder,
  ],
});

/** Nobody here knows whether money moved: the one failure whose effect is ambiguous. */
export const paymentTimeout = (order: Order): Failure => ({
  exceptionClass: 'com.example.payments.provider.PaymentTimeoutException',
  message: `provider timed out after the request was sent for order ${order.orderId}, amount ${order.amount.toFixed(2)}; the charge may have been made`,
  frames: [
    'com.example.payments.provider.PaymentProviderClient.charge(PaymentProviderClient.java:102)',
    charge,
    onOrder,
  ],
});

/** Never passes: the same card is refused again. */
export const cardDeclined = (order: Order, reason: string): Failure => ({
  exceptionClass: 'com.example.payments.provider.CardDeclinedException',
  message: `card ending in ${order.card.last4} was declined (${reason}) for order ${order.orderId}, amount ${order.amount.toFixed(2)}`,
  frames: [
    'com.example.payments.provider.PaymentProviderClient.charge(PaymentProviderClient.java:95)',
    charge,
    onOrder,
  ],
});

/** Never passes until this service or the sender is fixed. */
export const contractViolation = (problem: string): Failure => ({
  exceptionClass: 'com.example.payments.contract.ContractViolationException',
  message: problem,
  frames: ['com.example.payments.contract.OrderContract.check(OrderContract.java:33)', onOrder],
});
