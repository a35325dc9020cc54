import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { SignIn } from '#components/shell/sign-in.tsx';
import { signInWays } from '#lib/http/session.ts';

export const metadata: Metadata = { title: 'Sign in' };

export default async function SignInPage() {
  return <SignIn ways={await signInWays(await headers())} />;
}
