export default function NotFound() {
  return (
    <main className="flex flex-col items-start gap-2 p-8">
      <h1 className="text-lg font-semibold">There is no such page</h1>
      <p className="text-muted">The address may be mistyped, or what it named has gone.</p>
      <a href="/" className="link">
        Home
      </a>
    </main>
  );
}
