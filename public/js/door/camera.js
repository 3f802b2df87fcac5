// SPDX-License-Identifier: AGPL-3.0-or-later
// Codes held before the camera, where the browser reads them by itself (BarcodeDetector).

export const canScan = () => 'BarcodeDetector' in window && Boolean(navigator.mediaDevices?.getUserMedia)

// scan shows the camera in a video and gives each code that it sees to found, which may take its time; the same code again
// only once it was out of sight, or when found returned false: it could not look at it. It returns how to stop.
export async function scan(video, found) {
  const detector = new window.BarcodeDetector({ formats: ['qr_code'] })
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
  video.srcObject = stream
  await video.play()
  let on = true
  let seen = ''
  let missed = 0
  const look = async () => {
    if (!on) return
    try {
      const [code] = await detector.detect(video)
      if (!code && ++missed > 4) seen = ''
      if (code) {
        missed = 0
        if (code.rawValue !== seen && await found(code.rawValue) !== false) seen = code.rawValue
      }
    } catch (error) {
      if (error.name !== 'InvalidStateError') throw error // no picture yet
    } finally {
      setTimeout(look, 200)
    }
  }
  look()
  return () => {
    on = false
    for (const track of stream.getTracks()) track.stop()
    video.srcObject = null
  }
}
