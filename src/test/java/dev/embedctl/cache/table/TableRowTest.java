package dev.embedctl.cache.table;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.embedctl.cache.CacheKey;
import dev.embedctl.model.Vector;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TableRowTest {
  private static final byte[] KEY =
      "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final float[] VECTOR = {1f, -0f, Float.MIN_VALUE, 3.4e38f};

  @Test
  void theChecksumIsThatOfTheKeysBytesAndTheFloatsInLittleEndianOrder() {
    // The published check value of CRC-32C: "123456789" gives e3069283.
    byte[] key = "12345".getBytes(StandardCharsets.US_ASCII);
    float[] vector = {Float.intBitsToFloat(0x39383736)}; // "6789", its lowest byte first

    assertEquals(0xe3069283, RowChecksum.of(key, vector));
  }

  @Test
  void theCellsOfARowMakeTheSameRow() {
    TableRow row = new TableRow(CacheKey.ofBytes(KEY), Vector.wrap(VECTOR));

    Optional<TableRow> read = TableRow.ofCells(KEY, VECTOR.clone(), row.checksum());

    assertEquals(Optional.of(row), read);
    assertArrayEquals(KEY, read.get().key().bytes());
  }

  @Test
  void aRowWithAnyBitChangedIsDamaged() {
    int checksum = RowChecksum.of(KEY, VECTOR);
    for (int bit = 0; bit < KEY.length * 8; bit++) {
      byte[] key = KEY.clone();
      key[bit / 8] ^= (byte) (1 << (bit % 8));
      assertEquals(Optional.empty(), TableRow.ofCells(key, VECTOR.clone(), checksum));
    }
    for (int bit = 0; bit < VECTOR.length * 32; bit++) {
      float[] vector = VECTOR.clone();
      int bits = Float.floatToRawIntBits(vector[bit / 32]) ^ (1 << (bit % 32));
      vector[bit / 32] = Float.intBitsToFloat(bits);
      assertEquals(Optional.empty(), TableRow.ofCells(KEY, vector, checksum));
    }
    assertEquals(Optional.empty(), TableRow.ofCells(KEY, VECTOR.clone(), checksum + 1));
  }

  @Test
  void aRowThatCannotBeAVectorIsDamagedWhateverItsChecksum() {
    for (float[] vector : new float[][] {{}, {0f, 0f}, {1f, Float.NaN}}) {
      assertEquals(Optional.empty(), TableRow.ofCells(KEY, vector, RowChecksum.of(KEY, vector)));
    }
    byte[] shortKey = Arrays.copyOf(KEY, 31);
    assertTrue(
        TableRow.ofCells(shortKey, VECTOR.clone(), RowChecksum.of(shortKey, VECTOR)).isEmpty());
  }
}
