// A table that is marked as a chart is drawn as well, above itself: its first column names the
// points, each other column is a line, a row of bars or, where it says so, nothing. The table stays
// the truth.
(function () {
  var INK = "#1b1f1e", SOFT = "#4a5552", LINE = "#c9d6d1";
  var COLOURS = ["#0b5a4a", "#b35c00", "#2b5fa8", "#7a3e8e"];
  var SIGNS = ["circle", "rect", "triangle", "diamond"]; // colour is never the only difference

  function text(cell) {
    return cell.textContent.trim();
  }

  function series(table, heads) {
    var rows = Array.from(table.tBodies[0].rows);
    var drawn = heads.slice(1).filter(function (head) {
      return head.dataset.drawn !== "none";
    });
    return drawn.map(function (head, at) {
      return {
        name: text(head),
        type: head.dataset.drawn || "bar",
        barMaxWidth: 24,
        symbol: SIGNS[at % SIGNS.length],
        symbolSize: 9,
        data: rows.map(function (row) {
          return Number(row.cells[head.cellIndex].dataset.value);
        }),
      };
    });
  }

  function draw(table) {
    var heads = Array.from(table.tHead.rows[0].cells);
    var place = document.createElement("div");
    place.className = "chart";
    place.setAttribute("aria-hidden", "true");
    table.before(place);
    var size = parseFloat(getComputedStyle(document.documentElement).fontSize) * 0.8;
    var said = { color: INK, fontSize: size };
    var chart = echarts.init(place, null, { renderer: "canvas" });
    chart.setOption({
      animation: false,
      color: COLOURS,
      textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
      legend: { textStyle: said, top: 0 },
      grid: { left: 8, right: 1.5 * size, bottom: 8, top: 5 * size, containLabel: true },
      xAxis: {
        type: "category",
        data: Array.from(table.tBodies[0].rows).map(function (row) {
          return text(row.cells[0]);
        }),
        axisLabel: Object.assign({ interval: 0, hideOverlap: true }, said),
        axisLine: { lineStyle: { color: SOFT } },
      },
      yAxis: { type: "value", axisLabel: said, splitLine: { lineStyle: { color: LINE } } },
      series: series(table, heads),
    });
    addEventListener("resize", function () {
      chart.resize();
    });
  }

  document.querySelectorAll("table[data-chart]").forEach(draw);
})();
