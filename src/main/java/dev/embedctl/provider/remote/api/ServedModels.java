package dev.embedctl.provider.remote.api;

import dev.embedctl.provider.ServedModel;
import java.io.IOException;
import java.util.List;

/** The address at which a server lists its models free of charge, and a parser for the list. */
public interface ServedModels {

  /** The path that is added to the base URL. */
  String path();

  /**
   * The models of the server.
   *
   * @throws IOException if the body cannot be read
   */
  List<ServedModel> read(byte[] body) throws IOException;
}
