import { startKiosk } from './start-kiosk.ts'
import { keepOffline } from './update.ts'

const { model, serviceWorker } = document.documentElement.dataset
const kiosk = startKiosk({ model })
// Only a bundle has one, which `undertone bundle` makes.
if (serviceWorker) void keepOffline(serviceWorker, kiosk)
