package dev.drover.local.launcher.cloud;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/**
 * Why something could not be read or written, in words: Java often says only which class it was.
 */
public final class Reason {
  /** What Linux says of EROFS. */
  private static final String READ_ONLY = "Read-only file system";

  private Reason() {}

  /** For a sentence that names a file already, which is not named again; with the next step. */
  public static String of(IOException failure, Path named) {
    return switch (failure) {
      case AccessDeniedException e ->
          (isOf(e, named) ? "this user has no right to it" : of(e))
              + "; give the right to this user (chown, chmod)";
      case FileSystemException e when READ_ONLY.equals(e.getReason()) ->
          "its file system is read-only; mount it for writing, or use a checkout elsewhere";
      case FileSystemException e when isOf(e, named) && e.getReason() != null -> e.getReason();
      case FileSystemException e when isOf(e, named) ->
          of(e).replaceFirst(Pattern.quote(e.getFile()), "it");
      case IOException e -> of(e);
    };
  }

  private static boolean isOf(FileSystemException failure, Path named) {
    return named.toString().equals(failure.getFile());
  }

  /** In words, with the file when the failure names one. */
  public static String of(IOException failure) {
    return switch (failure) {
      case NoSuchFileException e -> e.getFile() + " does not exist";
      case AccessDeniedException e -> "no right to " + e.getFile();
      case FileAlreadyExistsException e -> e.getFile() + " exists";
      case NotDirectoryException e -> e.getFile() + " is no folder";
      case DirectoryNotEmptyException e -> e.getFile() + " is not empty";
      case FileSystemException e when e.getReason() != null -> e.getFile() + ": " + e.getReason();
      case FileSystemException e -> e.getFile() + ", and the system gives no reason";
      case CharacterCodingException _ -> "it is not UTF-8 text";
      case JsonProcessingException _ -> "it is not the JSON that was written there";
      case IOException e when e.getMessage() != null -> e.getMessage();
      case IOException _ -> "the system gives no reason";
    };
  }
}
