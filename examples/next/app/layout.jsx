export const metadata = { title: 'Undertone with Next' }

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body style={{ colorScheme: 'light dark' }}>{children}</body>
    </html>
  )
}
