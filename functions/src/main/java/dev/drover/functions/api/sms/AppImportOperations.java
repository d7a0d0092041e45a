package dev.drover.functions.api.sms;

import dev.drover.functions.api.ApiError;
import dev.drover.functions.api.Caller;
import dev.drover.functions.api.Operation;
import dev.drover.functions.app.AppImport;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.sms.model.ImportAppCatalogRequest;
import software.amazon.awssdk.services.sms.model.ImportAppCatalogResponse;

/** How callers bring applications from elsewhere into the catalog. */
public final class AppImportOperations {
  private final AppImport imports;

  public AppImportOperations(AppImport imports) {
    this.imports = imports;
  }

  Map<String, Operation> operations() {
    return Map.of(
        "ImportAppCatalog",
        Operation.of(ImportAppCatalogRequest::builder, ImportAppCatalogRequest.class, this::bring));
  }

  /** The role is SMS's own way to discovery; Drover's function has its own. */
  private ImportAppCatalogResponse bring(ImportAppCatalogRequest request, Caller caller) {
    Parameters.requirePrintable("roleName", request.roleName());
    Optional<String> problem = imports.bring();
    if (problem.isPresent()) {
      throw ApiError.NOT_PERMITTED.because(problem.get());
    }
    return ImportAppCatalogResponse.builder().build();
  }
}
