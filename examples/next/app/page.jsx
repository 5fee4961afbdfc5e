import { Heard } from './heard.jsx'

export default function Page() {
  return <Heard />
}
