// Draws a live chart over <figure data-chart="id of its data">. Without it the server's drawing and the table stay.
import { BarChart, BoxplotChart, LineChart, ScatterChart } from "echarts/charts";
import { AriaComponent, GridComponent, LegendComponent, MarkLineComponent, TitleComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { CanvasRenderer } from "echarts/renderers";
import { boxes, histogram } from "./charts/distribution.js";
import { inks } from "./charts/inks.js";
import { trend } from "./charts/trend.js";

use([
  AriaComponent, BarChart, BoxplotChart, CanvasRenderer, GridComponent, LegendComponent, LineChart, MarkLineComponent,
  ScatterChart, TitleComponent, TooltipComponent,
]);

const KINDS = { boxes, histogram, trend };
const PICTURE = { width: 1200, height: 675 };
const still = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");

class LiveChart {
  constructor(figure) {
    this.figure = figure;
    this.data = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    this.face = document.createElement("div");
    this.face.className = "chart-live no-print";
    if (this.data.groups) this.face.style.height = `${this.data.groups.length * 26 + 60}px`;
    (figure.querySelector("svg") ?? figure.firstElementChild).before(this.face);
    figure.classList.add("is-live");
    this.chart = init(this.face);
    this.draw();
    new ResizeObserver(() => this.chart.resize()).observe(this.face);
    dark.addEventListener("change", () => this.draw());
    this.offerPicture();
  }

  options(extra) {
    const ink = inks(this.figure);
    return {
      animation: !still.matches && !extra,
      textStyle: { fontFamily: ink.font, color: ink.text },
      aria: { enabled: true, label: { description: this.data.text } },
      // Drawn on the canvas: a tooltip of HTML would need inline styles.
      tooltip: { trigger: "item", renderMode: "richText", confine: true, backgroundColor: ink.surface,
        borderColor: ink.rule, textStyle: { color: ink.text, fontSize: 13 }, formatter: (of) => of.data?.label ?? of.name },
      ...KINDS[this.data.kind](this.data, ink, this.face.clientWidth || PICTURE.width),
      ...extra,
    };
  }

  draw() {
    this.chart.setOption(this.options(), { notMerge: true });
  }

  offerPicture() {
    const tools = this.figure.querySelector(".chart-tools");
    if (!tools) return;
    tools.hidden = false;
    tools.querySelector("[data-chart-picture]").addEventListener("click", () => this.savePicture());
  }

  // The picture stands alone on a slide: with title, finding, unit and day.
  savePicture() {
    const ink = inks(this.figure);
    const sheet = init(document.createElement("div"), null, PICTURE);
    const { title, finding, unit, note } = this.data;
    const shown = this.options({
      title: { text: finding, subtext: [title, unit, note].filter(Boolean).join(" · "), left: 24, top: 12,
        textStyle: { color: ink.text, fontSize: 20, width: 1150, overflow: "break" }, subtextStyle: { color: ink.soft, fontSize: 14 } },
    });
    sheet.setOption({ ...shown, grid: { ...shown.grid, top: 120 }, legend: { ...shown.legend, top: 88 } });
    const link = document.createElement("a");
    link.download = `${title.replaceAll(/[\\/:*?"<>|\s·]+/g, "-")}.png`;
    link.href = sheet.getDataURL({ type: "png", pixelRatio: 2, backgroundColor: ink.surface });
    link.click();
    sheet.dispose();
  }
}

const watcher = new IntersectionObserver((seen) => {
  for (const entry of seen) {
    if (!entry.isIntersecting) continue;
    watcher.unobserve(entry.target);
    new LiveChart(entry.target);
  }
}, { rootMargin: "300px" });
for (const figure of document.querySelectorAll("[data-chart]")) watcher.observe(figure);
