package dev.embedctl.io.input;

import dev.embedctl.io.bytes.Utf8Reader;
import dev.hardwood.metadata.LogicalType;
import dev.hardwood.metadata.PhysicalType;
import dev.hardwood.schema.SchemaNode.PrimitiveNode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.Period;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.UUID;

/**
 * Writes a single value of a Parquet file as JSON, from its stored form and the type of its column,
 * since the library has no unsigned integers. Dates, times and identifiers are strings, as in ISO
 * 8601. Bytes without a type are text if they are UTF-8; otherwise they are an object with their
 * base64, so that they are not taken for a text.
 */
final class ParquetScalar {
  private static final int INT32_BITS = 32;
  private static final int INT64_BITS = 64;

  /** The day that INT96 counts as 1970-01-01. */
  private static final long JULIAN_DAY_OF_1970 = 2_440_588;

  private ParquetScalar() {}

  /** Whether a column holds texts, so that bytes that are not UTF-8 are an error in them. */
  static boolean isText(PrimitiveNode column) {
    return column.type() == PhysicalType.BYTE_ARRAY
        && (column.logicalType() instanceof LogicalType.StringType
            || column.logicalType() instanceof LogicalType.JsonType
            || column.logicalType() instanceof LogicalType.EnumType);
  }

  /** Appends a value. */
  static void append(Object stored, PrimitiveNode column, StringBuilder json) {
    switch (stored) {
      case Boolean truth -> json.append(truth);
      case Integer number -> appendInteger(number, INT32_BITS, column.logicalType(), json);
      case Long number -> appendInteger(number, INT64_BITS, column.logicalType(), json);
      case Float number -> appendFloat(Float.isFinite(number), number, json);
      case Double number -> appendFloat(Double.isFinite(number), number, json);
      case byte[] bytes when isText(column) -> appendText(bytes, json);
      case byte[] bytes -> appendBytes(bytes, column, json);
      default -> throw new IllegalStateException("no stored value: " + stored.getClass());
    }
  }

  /** The value, if it is a number that JSON does not have. */
  static Optional<String> notFinite(Object stored, PrimitiveNode column) {
    OptionalDouble number =
        switch (stored) {
          case Float single -> OptionalDouble.of(single);
          case Double twice -> OptionalDouble.of(twice);
          case byte[] bytes when column.logicalType() instanceof LogicalType.Float16Type ->
              OptionalDouble.of(half(bytes));
          default -> OptionalDouble.empty();
        };
    return number.isPresent() && !Double.isFinite(number.getAsDouble())
        ? Optional.of(Double.toString(number.getAsDouble()))
        : Optional.empty();
  }

  private static float half(byte[] bytes) {
    return Float.float16ToFloat(ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getShort());
  }

  private static void appendInteger(long number, int bits, LogicalType type, StringBuilder json) {
    switch (type) {
      case LogicalType.IntType(int width, boolean signed) when !signed ->
          json.append(bits == INT32_BITS ? unsigned32(number) : Long.toUnsignedString(number));
      case LogicalType.DecimalType decimal ->
          json.append(BigDecimal.valueOf(number, decimal.scale()).toPlainString());
      case LogicalType.DateType date -> JsonText.appendQuoted(json, date(number));
      case LogicalType.TimeType time ->
          JsonText.appendQuoted(
              json, time(LocalTime.ofNanoOfDay(Math.multiplyExact(number, nanos(time.unit())))));
      case LogicalType.TimestampType stamp ->
          JsonText.appendQuoted(
              json, timestamp(number, stamp.unit()) + (stamp.isAdjustedToUTC() ? "Z" : ""));
      case null, default -> json.append(number);
    }
  }

  private static String unsigned32(long number) {
    return Integer.toUnsignedString((int) number);
  }

  private static String date(long day) {
    return LocalDate.ofEpochDay(day).toString();
  }

  /** The time with its seconds, which the JDK omits if they are zero. */
  private static String time(LocalTime time) {
    return time.getSecond() == 0 && time.getNano() == 0 ? time + ":00" : time.toString();
  }

  private static String timestamp(long count, LogicalType.TimeUnit unit) {
    long perSecond = ChronoUnit.SECONDS.getDuration().toNanos() / nanos(unit);
    return dateTime(
        LocalDateTime.ofEpochSecond(
            Math.floorDiv(count, perSecond),
            (int) (Math.floorMod(count, perSecond) * nanos(unit)),
            ZoneOffset.UTC));
  }

  private static String dateTime(LocalDateTime moment) {
    return moment.toLocalDate() + "T" + time(moment.toLocalTime());
  }

  private static long nanos(LogicalType.TimeUnit unit) {
    return switch (unit) {
      case MILLIS -> 1_000_000;
      case MICROS -> 1_000;
      case NANOS -> 1;
    };
  }

  /** JSON has no NaN and no infinities. */
  private static void appendFloat(boolean finite, Number number, StringBuilder json) {
    json.append(finite ? number.toString() : "null");
  }

  private static void appendBytes(byte[] bytes, PrimitiveNode column, StringBuilder json) {
    ByteBuffer little = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (column.type() == PhysicalType.INT96) {
      long nanoOfDay = little.getLong();
      LocalDate day = LocalDate.ofEpochDay(little.getInt() - JULIAN_DAY_OF_1970);
      JsonText.appendQuoted(json, dateTime(day.atStartOfDay().plusNanos(nanoOfDay)));
      return;
    }
    switch (column.logicalType()) {
      case LogicalType.DecimalType decimal ->
          json.append(new BigDecimal(new BigInteger(bytes), decimal.scale()).toPlainString());
      case LogicalType.Float16Type half ->
          appendFloat(Float.isFinite(half(bytes)), half(bytes), json);
      case LogicalType.UuidType uuid -> {
        ByteBuffer big = ByteBuffer.wrap(bytes);
        JsonText.appendQuoted(json, new UUID(big.getLong(), big.getLong()).toString());
      }
      case LogicalType.IntervalType interval ->
          JsonText.appendQuoted(
              json, interval(unsigned(little), unsigned(little), unsigned(little)));
      case null -> appendUntyped(bytes, json);
      default -> appendBase64(bytes, json);
    }
  }

  private static long unsigned(ByteBuffer bytes) {
    return Integer.toUnsignedLong(bytes.getInt());
  }

  private static String interval(long months, long days, long millis) {
    Period period = Period.of(0, Math.toIntExact(months), Math.toIntExact(days));
    String time = millis == 0 ? "" : Duration.ofMillis(millis).toString().substring(1);
    return period.isZero() && !time.isEmpty() ? "P" + time : period + time;
  }

  private static void appendUntyped(byte[] bytes, StringBuilder json) {
    try {
      JsonText.appendQuoted(json, decoded(bytes));
    } catch (CharacterCodingException e) {
      appendBase64(bytes, json);
    }
  }

  private static void appendBase64(byte[] bytes, StringBuilder json) {
    json.append("{\"base64\":\"").append(Base64.getEncoder().encodeToString(bytes)).append("\"}");
  }

  /** Appends bytes that must be text; invalid UTF-8 is treated as in other formats. */
  private static void appendText(byte[] bytes, StringBuilder json) {
    try {
      JsonText.appendQuoted(json, decoded(bytes));
    } catch (CharacterCodingException e) {
      JsonText.appendQuoted(json, withBadBytes(bytes));
    }
  }

  private static String decoded(byte[] bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
  }

  private static String withBadBytes(byte[] bytes) {
    StringWriter text = new StringWriter();
    try (Reader reader = new Utf8Reader(new ByteArrayInputStream(bytes))) {
      reader.transferTo(text);
    } catch (IOException e) {
      throw new UncheckedIOException("memory can be read", e);
    }
    return text.toString();
  }
}
