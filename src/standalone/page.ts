/**
 * The kiosk's page as one script with its assets in it.
 * @module
 */
import { startKiosk } from '../kiosk/start-kiosk.ts'
import { assets, model } from './inline-assets.ts'

startKiosk({ assets, model })
