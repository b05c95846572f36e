package dev.embedctl.provider.local;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import org.junit.jupiter.api.Test;

/** Names of models in a hub. */
final class HubModelTest {
  @Test
  void aFolderHasTheModelsOfOneNameOnly() {
    assertEquals("hf--org--name@main", HubModel.of("hf:org/name").folder());
    assertNotEquals(
        HubModel.of("hf:org/name@feature/x").folder(),
        HubModel.of("hf:org/name@feature--x").folder());
  }
}
