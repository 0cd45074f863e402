package io.r1reward.examples.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {

  private static Report report() {
    Timings times = new Timings();
    times.add(4_000_000);
    times.add(1_000_000);
    times.add(3_000_000);
    times.add(40_000_000);
    Report report = new Report();
    report.section("model").put("name", "0.5b").put("parameters", 583062400L);
    report.row("decode").put("rows", 1).put("sampling", "greedy").putMillis(times);
    report
        .row("decode")
        .put("rows", 16)
        .put("sampling", "drawn")
        .put("min_ms", 1234.56)
        .put("median_ms", 1e7 / 3);
    return report;
  }

  @Test
  void aligns_columns_and_numbers_to_the_right() {
    assertThat(Report.text(List.of(report())))
        .isEqualTo(
            """
            model
              name        0.5b
              parameters  583062400

            decode
              rows  sampling  min_ms  median_ms
                 1  greedy         1        3.5
                16  drawn       1235    3333000

            """);
  }

  @Test
  void is_json_with_four_digits_of_what_was_measured() {
    assertThat(Report.json(List.of(report())).replaceAll("\\s+", ""))
        .isEqualTo(
            "{'model':{'name':'0.5b','parameters':583062400},'decode':[".replace('\'', '"')
                + "{'rows':1,'sampling':'greedy','min_ms':1.0,'median_ms':3.5},".replace('\'', '"')
                + "{'rows':16,'sampling':'drawn','min_ms':1235.0,'median_ms':3333000.0}]}"
                    .replace('\'', '"'));
  }
}
