# HDBSCAN (Campello, Moulavi and Sander 2013) by R's dbscan, on the vectors as they are and after UMAP to 5 dimensions
# (McInnes, Healy and Melville 2018) by R's uwot, which is how topics are mostly found in embeddings.
#
#   Rscript hdbscan.R POINTS DIMENSION SMALLEST SEED
#
# POINTS: float32, row by row, of length 1. Writes a line a row: its cluster by the first and by the second, 0 in none.
# Takes O(rows^2) time and memory: 16,000 rows some 8 GB.
arguments <- commandArgs(trailingOnly = TRUE)
file <- arguments[1]
dimension <- as.integer(arguments[2])
smallest <- as.integer(arguments[3])
set.seed(as.integer(arguments[4]))
values <- readBin(file, "numeric", n = file.size(file) / 4, size = 4)
points <- matrix(values, ncol = dimension, byrow = TRUE)
rm(values)

# Of points of length 1 the distance in space follows from their cosine, which is a product of matrices.
apart <- as.dist(sqrt(pmax(2 - 2 * tcrossprod(points), 0)))
asTheyAre <- dbscan::hdbscan(apart, minPts = smallest)$cluster
rm(apart)
near <- min(15, nrow(points) - 1)
reduced <- uwot::umap(points, n_components = 5, n_neighbors = near, metric = "cosine", min_dist = 0, n_threads = 1)
afterUmap <- dbscan::hdbscan(reduced, minPts = smallest)$cluster
cat(paste(asTheyAre, afterUmap), sep = "\n")
cat("\n")
