package dev.embedctl.provider.local;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.embedctl.provider.local.ModelFile.Arithmetic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Recognises how a model computes by the operators in its file. */
final class ModelFileTest {
  private static final int BLOCK = 1 << 20;

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "MatMul, FLOAT32",
    "DequantizeLinear, FLOAT32",
    "DynamicQuantizeLinear, DYNAMIC_INT8",
    "DynamicQuantizeMatMul, DYNAMIC_INT8",
    "MatMulInteger, DYNAMIC_INT8",
    "MatMulIntegerToFloat, DYNAMIC_INT8"
  })
  void findsAnOperatorOfDynamicQuantisationAnywhere(String operator, Arithmetic expected)
      throws IOException {
    for (int before : new int[] {0, BLOCK - 5, 2 * BLOCK}) {
      ByteArrayOutputStream graph = new ByteArrayOutputStream();
      graph.write(new byte[before]);
      graph.write(operator.getBytes(StandardCharsets.US_ASCII));
      Path model = Files.write(folder.resolve("model.onnx"), graph.toByteArray());

      assertEquals(
          expected,
          ModelFile.of(model, ModelOrigin.USERS_OWN).arithmetic(),
          operator + " at " + before);
    }
  }
}
