package io.r1reward.core.text;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.BaseEncoding;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8AssemblerTest {

  // '?' stands for U+FFFD. The long rows are Unicode 16, tables 3-8 to 3-11.
  @ParameterizedTest
  @CsvSource({
    "61, a",
    "C3A9, é",
    "E4BDA0, 你",
    "F09F9880, 😀",
    "F48FBFBF, \uDBFF\uDFFF",
    "80, ?",
    "C0AF, ??",
    "FF, ?",
    "F09F98, ?",
    "F09F9861, ?a",
    "EDA080, ???",
    "F4908080, ????",
    "E08080, ???",
    "C0AFE080BFF0818241, ????????A",
    "EDA080EDBFBFEDAF41, ????????A",
    "F4919293FF4180BF42, ?????A??B",
    "E180E2F09192F1BF41, ????A",
  })
  void replaces_every_maximal_part(String hex, String expected) {
    byte[] bytes = BaseEncoding.base16().decode(hex);
    StringBuilder text = new StringBuilder();
    Utf8Assembler assembler = new Utf8Assembler(text);
    assembler.append(bytes);
    assembler.finish();
    assertThat(text.toString()).isEqualTo(expected.replace('?', '\uFFFD'));
  }
}
