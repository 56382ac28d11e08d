# HDBSCAN (Campello, Moulavi and Sander 2013) by R's dbscan, on the vectors as they are and after UMAP to 5 dimensions
# (McInnes, Healy and Melville 2018) by R's uwot, which is how topics are mostly found in embeddings.
#
#   Rscript hdbscan.R POINTS DIMENSION SMALLEST SEED
#
# POINTS: float32, row by row, of length 1. Writes a line a row: its cluster by the first and by the second, 0 in none.
# Takes O(rows^2) time and memory: 16,000 rows some 4 GB.
arguments <- commandArgs(trailingOnly = TRUE)
file <- arguments[1]
dimension <- as.integer(arguments[2])
smallest <- as.integer(arguments[3])
set.seed(as.integer(arguments[4]))
values <- readBin(file, "numeric", n = file.size(file) / 4, size = 4)
points <- matrix(values, ncol = dimension, byrow = TRUE)
rm(values)

# Of points of length 1 the distance in space follows from their cosine, which is a product of matrices: a tenth of the time of dist().
# As an object of class dist: column by column what is below the diagonal; a block of columns at a time, as the whole square would be twice as large.
distances <- function(points, block = 500) {
  n <- nrow(points)
  below <- numeric(n * (n - 1) / 2)
  at <- 0
  for (from in seq(1, n - 1, by = block)) {
    columns <- from:min(n - 1, from + block - 1)
    cosines <- tcrossprod(points[from:n, , drop = FALSE], points[columns, , drop = FALSE])
    apart <- sqrt(pmax(2 - 2 * cosines, 0))
    for (i in seq_along(columns)) {
      rows <- (i + 1):nrow(apart)
      below[at + seq_along(rows)] <- apart[rows, i]
      at <- at + length(rows)
    }
  }
  structure(below, Size = n, class = "dist", Diag = FALSE, Upper = FALSE)
}
asTheyAre <- dbscan::hdbscan(distances(points), minPts = smallest)$cluster
near <- min(15, nrow(points) - 1)
reduced <- uwot::umap(points, n_components = 5, n_neighbors = near, metric = "cosine", min_dist = 0, n_threads = 1)
afterUmap <- dbscan::hdbscan(reduced, minPts = smallest)$cluster
cat(paste(asTheyAre, afterUmap), sep = "\n")
cat("\n")
