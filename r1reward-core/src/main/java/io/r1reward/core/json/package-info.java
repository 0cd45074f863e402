/**
 * JSON as other people's files need it: strict where something would be guessed, lenient in
 * spelling, and with messages for whoever wrote the file. Imports the public API alone.
 */
@NullMarked
package io.r1reward.core.json;

import org.jspecify.annotations.NullMarked;
