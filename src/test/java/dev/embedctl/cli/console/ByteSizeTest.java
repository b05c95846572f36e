package dev.embedctl.cli.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Numbers of bytes as people read them. */
final class ByteSizeTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0                   | 0 bytes",
        "1                   | 1 byte",
        "1023                | 1023 bytes",
        "1024                | 1.0 KiB",
        "10188               | 9.9 KiB",
        "10189               | 10 KiB",
        "1048063             | 1,023 KiB",
        "1048064             | 1.0 MiB",
        "1610612736          | 1.5 GiB",
        "9223372036854775807 | 8,388,608 TiB",
      })
  void aSizeHasTwoDigitsAtLeastAndTheUnitThatFits(long bytes, String text) {
    assertEquals(text, ByteSize.text(bytes));
  }
}
