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

/**
 * Why something could not be read or written, in words: Java often says only which class it was.
 */
public final class Reason {
  private Reason() {}

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
