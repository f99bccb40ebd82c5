// How many pilot areas have which value, by verdict; and quartiles side by side.
import { VERDICTS } from "./inks.js";

const axes = (ink) => ({ axisLine: { lineStyle: { color: ink.rule } }, axisLabel: { color: ink.soft }, splitLine: { lineStyle: { color: ink.rule } }, nameTextStyle: { color: ink.soft } });

export function histogram(data, ink, width) {
  return {
    aria: { enabled: true, label: { description: data.text }, decal: { show: true } },
    grid: { left: 8, right: 20, top: 28, bottom: width < 480 ? 84 : 60, containLabel: true },
    legend: { bottom: 0, textStyle: { color: ink.text }, itemWidth: 24, itemHeight: 14 },
    xAxis: { type: "category", data: data.bins.map((bin) => bin.name), name: "", ...axes(ink), axisLabel: { color: ink.soft, hideOverlap: true } },
    yAxis: { type: "value", minInterval: 1, name: data.counted, ...axes(ink) },
    series: data.verdicts.map(({ key, name }, place) => ({
      name, type: "bar", stack: "all", barCategoryGap: "6%", color: ink[VERDICTS[key].ink],
      itemStyle: { decal: VERDICTS[key].decal, borderColor: ink.surface, borderWidth: 0.5 },
      data: data.bins.map((bin) => ({ value: bin.counts[place], label: `${bin.name} · ${name}: ${bin.counts[place]}` })),
      label: { show: false },
    })),
  };
}

export function boxes(data, ink) {
  const rows = [...data.groups].reverse();
  return {
    aria: { enabled: true, label: { description: data.text } },
    grid: { left: 8, right: 24, top: 12, bottom: 28, containLabel: true },
    xAxis: { type: "value", scale: true, name: "", ...axes(ink) },
    yAxis: { type: "category", data: rows.map((row) => row.name), ...axes(ink), axisLabel: { color: ink.text, width: 140, overflow: "truncate" } },
    series: [{ type: "boxplot", layout: "vertical", boxWidth: [8, 22], itemStyle: { color: ink.surface, borderColor: ink.accent, borderWidth: 1.5 },
      data: rows.map((row) => ({ value: row.five, label: row.label })) }],
  };
}
