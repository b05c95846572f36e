package dev.embedctl.cli.console;

import java.util.List;
import java.util.Locale;

/** A number of bytes, for people. */
public final class ByteSize {
  private static final List<String> UNITS = List.of("KiB", "MiB", "GiB", "TiB");
  private static final int STEP = 1024;

  private ByteSize() {}

  /** As in "812 bytes", "1.4 KiB" or "385 MiB". */
  public static String text(long bytes) {
    if (bytes < STEP) {
      return bytes + (bytes == 1 ? " byte" : " bytes");
    }
    double amount = (double) bytes / STEP;
    int unit = 0;
    while (amount >= STEP - 0.5 && unit < UNITS.size() - 1) { // 1,023.5 would be shown as 1024
      amount /= STEP;
      unit++;
    }
    String pattern = amount < 9.95 ? "%.1f %s" : "%,.0f %s";
    return String.format(Locale.ROOT, pattern, amount, UNITS.get(unit));
  }
}
