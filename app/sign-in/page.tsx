import type { Metadata } from 'next';
import { SignIn } from '#components/shell/sign-in.tsx';

export const metadata: Metadata = { title: 'Sign in' };

export default function SignInPage() {
  return <SignIn />;
}
