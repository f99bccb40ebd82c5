// The page's own colours as a canvas takes them, in light and dark.
const NAMES = { text: "--ink", soft: "--ink-soft", rule: "--rule", surface: "--surface", accent: "--accent", bad: "--bad",
  warn: "--warn", good: "--good", idle: "--idle", busy: "--busy" };

export function inks(near) {
  const probe = document.createElement("span");
  near.append(probe);
  const found = { font: getComputedStyle(probe).fontFamily };
  for (const [name, token] of Object.entries(NAMES)) {
    probe.style.color = `var(${token})`;
    found[name] = getComputedStyle(probe).color;
  }
  probe.remove();
  return found;
}

// Verdicts: a colour and a pattern each, so that neither stands alone.
export const VERDICTS = {
  off_track: { ink: "bad", decal: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: Math.PI / 4 } },
  at_risk: { ink: "warn", decal: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [2, 6], rotation: -Math.PI / 4 } },
  on_track: { ink: "good", decal: { symbol: "none" } },
  ahead: { ink: "accent", decal: { symbol: "circle", dashArrayX: [[6, 6], [0, 6, 6, 0]], dashArrayY: [6, 0], symbolSize: 0.6 } },
  unknown: { ink: "idle", decal: { symbol: "rect", dashArrayX: [1, 0], dashArrayY: [1, 8], rotation: 0 } },
  none: { ink: "soft", decal: { symbol: "none" } },
};
